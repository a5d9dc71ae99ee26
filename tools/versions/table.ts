import { basename } from 'node:path';
import { ENGINES, SERIES } from './matrix.ts';
import type { Outcome, RowKey } from './outcomes.ts';

/** What stands around the table in the README. */
export const MARKERS = {
  begin: '<!-- what runs where: written by npx tsx tools/versions.ts -->',
  end: '<!-- end of what runs where -->',
};

/** The outcomes of each place: by `7.2 qemu`. */
export type Columns = ReadonlyMap<string, ReadonlyMap<RowKey, Outcome>>;

/** The name of a column of outcomes. */
export function columnOf(series: string, engine: string): string {
  return `${series} ${engine}`;
}

/** The table as Markdown; `titleOf` tells the title of a page. */
export function tableText(columns: Columns, titleOf: (file: string) => string): string {
  const rows = [...new Set([...columns.values()].flatMap(column => [...column.keys()]))];
  const notes: string[] = [];
  const cell = (row: RowKey, series: string) =>
    ENGINES.map(engine => sign(columns.get(columnOf(series, engine))?.get(row), notes)).join(' ');
  const lines: string[] = [];
  let page = '';
  for (const row of rows) {
    const [file = '', heading] = row.split(/#(.*)/s);
    if (heading !== undefined && file !== page)
      lines.push(`| **[${escaped(titleOf(file))}](${file})** |${' |'.repeat(SERIES.length)}`);
    page = file;
    const link =
      heading === undefined
        ? `[${basename(file)}](${file})`
        : `[${escaped(heading)}](${file}#${anchorOf(heading)})`;
    lines.push(`| ${link} | ${SERIES.map(series => cell(row, series)).join(' | ')} |`);
  }
  return [
    `| on QEMU | ${SERIES.join(' | ')} |`,
    `| --- | ${SERIES.map(() => '---').join(' | ')} |`,
    ...lines,
    '',
    'In each cell: `qemu-system-x86_64`, `qemu-storage-daemon`, the simulator of that version. ✓ runs as its page says, – is not run there:',
    notes.map((note, at) => `${raised(at + 1)} ${note}`).join(', ') || 'nothing.',
  ].join('\n');
}

function sign(outcome: Outcome | undefined, notes: string[]): string {
  if (!outcome) return '?';
  const { sign, reason } = outcome;
  if (reason === undefined) return sign;
  if (!notes.includes(reason)) notes.push(reason);
  return `${sign}${raised(notes.indexOf(reason) + 1)}`;
}

const DIGITS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function raised(number: number): string {
  return [...String(number)].map(digit => DIGITS[Number(digit)]).join('');
}

function lowered(text: string): number {
  return Number([...text].map(digit => DIGITS.indexOf(digit)).join(''));
}

function escaped(text: string): string {
  return text.replace(/[|[\]]/g, '\\$&');
}

/** As code hosts make it of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

/** The outcomes that a table in a text states: what `tableText` wrote, read back. */
export function readTable(text: string): Columns {
  const table = between(text);
  const notes = new Map(
    [...(table.split('\n').at(-1) ?? '').matchAll(/([⁰¹²³⁴-⁹]+) ([^⁰¹²³⁴-⁹]*?)(?:, (?=[⁰¹²³⁴-⁹])|$)/g)].map(
      ([, number = '', note = '']) => [lowered(number), note],
    ),
  );
  const columns = new Map<string, Map<RowKey, Outcome>>();
  for (const line of table.split('\n')) {
    const [, name = '', file = '', cells = ''] =
      /^\| \[(.*?)\]\(([^)#]*)(?:#[^)]*)?\) \| (.*) \|$/.exec(line) ?? [];
    if (file === '') continue;
    const key = file.endsWith('.md') ? `${file}#${name.replace(/\\([|[\]])/g, '$1')}` : file;
    for (const [at, cell] of cells.split(' | ').entries()) {
      for (const [place, sign] of cell.split(' ').entries()) {
        const column = columnOf(SERIES[at] ?? '', ENGINES[place] ?? '');
        const note = notes.get(lowered(sign.slice(1)));
        const outcome = {
          sign: sign.slice(0, 1) as Outcome['sign'],
          ...(note === undefined ? {} : { reason: note }),
        };
        columns.set(column, (columns.get(column) ?? new Map()).set(key, outcome));
      }
    }
  }
  return columns;
}

function between(text: string): string {
  const [, rest] = text.split(`${MARKERS.begin}\n`);
  const table = rest?.split(`\n${MARKERS.end}`)[0];
  if (rest === undefined || table === undefined)
    throw new Error('the README has no table of what runs where');
  return table.trim();
}

/** The text with another table in the place of its own. */
export function withTable(text: string, table: string): string {
  return text.replace(between(text), () => table);
}
