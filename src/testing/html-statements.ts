import { type ChainPicture, changedPictures } from '../graph/chain-picture.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { chainSvg } from '../printing/chain-svg.ts';
import { markup } from '../printing/markup.ts';
import { durationText } from './html-words.ts';
import type { CaseReport, StatementReport } from './report.ts';

/** A case's script with the document's line numbers, the time that each line took, and a mark where it failed. */
export function scriptListing({ script, scriptLine, statements, problems }: CaseReport): string {
  const failing = new Set(problems.map(({ line }) => line));
  const took = new Map<number, number>();
  for (const { line, duration } of statements) took.set(line, (took.get(line) ?? 0) + duration);
  for (const { line, outcome } of statements) if (outcome === 'failed') failing.add(line);
  const lines = script.replace(/\n$/, '').split('\n');
  const items = lines.map((text, at) => {
    const line = scriptLine + at;
    const time = took.get(line);
    const words = time === undefined ? '' : `<span class="took">${durationText(time)}</span>`;
    return `<li${failing.has(line) ? ' class="failing"' : ''}>${words}${text === '' ? '&#8203;' : markup(text)}</li>`;
  });
  return `<ol class="code" start="${scriptLine}">${items.join('')}</ol>`;
}

/** What ran, each statement with its place in the time from the first to the last, and the chains that it changed. */
export function statementList({ statements, start }: CaseReport): string {
  const first = Math.min(...statements.map(({ at }) => at));
  const whole = Math.max(...statements.map(({ at, duration }) => at + duration - first), 1);
  let before = start;
  const items = statements.map(statement => {
    const pictures = before && statement.graph ? changeFigures(before, statement.graph) : '';
    before = statement.graph ?? before;
    return { at: statement.at, depth: statement.depth, html: item(statement, first, whole, pictures) };
  });
  // A block is shown before what is in it, though it ends after that.
  items.sort((one, other) => one.at - other.at || one.depth - other.depth);
  return `<ol class="steps">${items.map(({ html }) => html).join('\n')}</ol>`;
}

function item(statement: StatementReport, first: number, whole: number, pictures: string): string {
  const { line, text, depth, at, duration, outcome, failure } = statement;
  const percent = (part: number) => `${((100 * part) / whole).toFixed(2)}%`;
  const bar = `<span class="span"><i style="left:min(${percent(at - first)}, 100% - 2px);width:${percent(duration)}"></i></span>`;
  const words = failure === undefined ? '' : `<div class="soft">${markup(failure)}</div>`;
  const caught = outcome === 'caught' ? '<div class="soft">failed, as the script foresees</div>' : '';
  return `<li class="${outcome}"><div class="step"><span class="number soft">${line}</span><code style="padding-left:${Math.min(depth, 8)}ch">${markup(text)}${words}${caught}</code>${bar}<time>${durationText(duration)}</time></div>${pictures}</li>`;
}

/** The chains that differ, before and after side by side. */
function changeFigures(was: BlockGraph, is: BlockGraph): string {
  const { before, after } = changedPictures(was, is);
  if (before.length + after.length === 0) return '';
  return `<div class="change">${figure('before', before)}${figure('after', after)}</div>`;
}

function figure(caption: string, pictures: readonly ChainPicture[]): string {
  if (pictures.length === 0) return '';
  return `<figure><figcaption>${caption}</figcaption><div class="pictures">${pictures.map(chainSvg).join('')}</div></figure>`;
}
