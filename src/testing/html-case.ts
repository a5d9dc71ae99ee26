import { markup } from '../printing/markup.ts';
import { diffTable } from './html-diff.ts';
import { jobPlot } from './html-job-plot.ts';
import { scriptListing, statementList } from './html-statements.ts';
import { durationText } from './html-words.ts';
import type { CaseReport, Problem } from './report.ts';

const MARKS = { passed: '✓', updated: '✓', failed: '✗', skipped: '–' } as const;

/** One case, folded unless it failed. */
export function caseSection(one: CaseReport, file: string, id: string): string {
  const { name, line, outcome, reason, duration } = one;
  const time = outcome === 'skipped' ? '' : `<time>${durationText(duration)}</time>`;
  const words = reason === undefined ? '' : `<span class="soft">${markup(reason)}</span>`;
  return `<details class="case ${outcome}" id="${id}"${outcome === 'failed' ? ' open' : ''}>
<summary><span class="mark" role="img" aria-label="${outcome}">${MARKS[outcome]}</span><span>${markup(name)}<span class="soft">line ${line}</span>${words}</span>${time}</summary>
<div class="body">${bodyOf(one, file)}</div>
</details>`;
}

function bodyOf(one: CaseReport, file: string): string {
  const { problems, notes, statements, jobs } = one;
  const plot = jobPlot(jobs);
  return [
    ...problems.map(problem => problemText(problem, file)),
    scriptListing(one),
    statements.length === 0 ? '' : `<h3>What it did</h3>${statementList(one)}`,
    plot === '' ? '' : `<h3>Jobs</h3><figure class="plot">${plot}</figure>`,
    notes.length === 0 ? '' : `<h3>Notes</h3>${notes.map(noteText).join('')}`,
  ].join('\n');
}

/** One line is a sentence; several are a frame, or lines that belong together. */
function noteText(note: string): string {
  const lines = note.split('\n').map(markup);
  return lines.length === 1 ? `<p class="soft">${lines[0]}</p>` : `<pre>${lines.join('\n')}</pre>`;
}

function problemText({ line, message, expected, actual }: Problem, file: string): string {
  const text = message.split('\n').map(markup).join('\n');
  const where = `<p class="soft">${markup(file)}:${line}</p>`;
  if (expected === undefined || actual === undefined) return `${where}<pre class="problem">${text}</pre>`;
  const [first = ''] = text.split('\n');
  return `${where}<pre class="problem">${first}</pre>${diffTable(expected, actual)}`;
}
