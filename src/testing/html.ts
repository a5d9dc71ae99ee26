import { markup } from '../printing/markup.ts';
import { caseSection } from './html-case.ts';
import { STYLE } from './html-style.ts';
import { durationText } from './html-words.ts';
import type { DocumentReport, TestReport } from './report.ts';
import { type Counts, countCases, countsText, engineText } from './report-counts.ts';

/**
 * The report as one page that needs nothing else and runs no program: what ran, then each case to be unfolded. Cases that
 * failed are open. All that came from outside is text in it.
 */
export function htmlReport(report: TestReport): string {
  const all = countCases(report.documents);
  const title = `qblk test: ${countsText(all)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${markup(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${markup(title)}</h1>
<p class="soft">${markup(engineText(report))}, ${durationText(report.duration)}</p>
${report.interrupted ? '<p class="bad">This run was stopped before its end.</p>\n' : ''}</header>
${summaryTable(report.documents, all)}
${filter(all)}
<main>
${report.documents.map(documentSection).join('\n')}
</main>
</body>
</html>
`;
}

function summaryTable(documents: readonly DocumentReport[], all: Counts): string {
  const rows = documents.map((document, at) => {
    const name = isEmpty(document) ? markup(document.file) : `<a href="#d${at}">${markup(document.file)}</a>`;
    return `<tr><td>${name}</td>${cells([document], countCases([document]))}</tr>`;
  });
  return `<table class="summary">
<thead><tr><th>document</th><th class="number">passed</th><th class="number">failed</th><th class="number">skipped</th><th class="number wide">time</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
<tfoot><tr><td>${documents.length} ${documents.length === 1 ? 'document' : 'documents'}</td>${cells(documents, all)}</tr></tfoot>
</table>`;
}

function cells(documents: readonly DocumentReport[], { passed, updated, failed, skipped }: Counts): string {
  const cell = (count: number, style = '') =>
    `<td class="number${count === 0 ? ' soft' : style}">${count}</td>`;
  const cases = documents.flatMap(document => document.cases);
  const time = durationText(cases.reduce((sum, { duration }) => sum + duration, 0));
  return `${cell(passed + updated)}${cell(failed, ' bad')}${cell(skipped)}<td class="number wide">${time}</td>`;
}

/** Which cases to see: it works by style alone. */
function filter({ passed, updated, failed, skipped }: Counts): string {
  if (failed + skipped === 0) return '';
  const choice = (id: string, words: string, count: number, checked = '') =>
    count === 0
      ? ''
      : `<label><input type="radio" name="show" id="${id}"${checked}> ${words} (${count})</label>`;
  return `<fieldset class="filter"><legend>Show</legend>${choice('all', 'all', passed + updated + failed + skipped, ' checked')}${choice('only-failed', 'failed', failed)}${choice('only-skipped', 'skipped', skipped)}</fieldset>`;
}

function documentSection(document: DocumentReport, at: number): string {
  const problems = document.problems.map(
    ({ line, message }) =>
      `<pre class="problem">${markup(`${document.file}:${line}`)}\n${message.split('\n').map(markup).join('\n')}</pre>`,
  );
  const cases = document.cases.map((one, place) => caseSection(one, document.file, `d${at}c${place}`));
  if (isEmpty(document)) return '';
  const failed = document.problems.length > 0 ? ' class="failed"' : '';
  return `<section${failed} id="d${at}">
${isOneScript(document) ? '' : `<h2>${markup(document.file)}</h2>\n`}${[...problems, ...cases].join('\n')}
</section>`;
}

function isEmpty({ problems, cases }: DocumentReport): boolean {
  return problems.length + cases.length === 0;
}

/** Its case has its name, and needs no heading. */
function isOneScript({ file, problems, cases: [first, ...more] }: DocumentReport): boolean {
  return first !== undefined && more.length + problems.length === 0 && file.endsWith(first.name);
}
