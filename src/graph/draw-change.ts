import { harmless } from '../text/harmless.ts';
import { attachedChains, type Chain } from './attached.ts';
import type { ChainChange } from './chain-changes.ts';
import type { BlockGraph, NodeName } from './graph.ts';

export type Style = 'added' | 'gone' | 'invalid' | 'dim';

/** How a part of a picture is coloured; without colours it gives the text back. */
export type Paint = (style: Style, text: string) => string;

/** A row of a picture: `before`, `after`, or `chain` where both are in one. */
export interface PictureRow {
  readonly label: 'before' | 'after' | 'chain' | '';
  readonly text: string;
}

/**
 * A changed chain as a picture: base first and its user at the right, one row before and one after, the same image below
 * itself. `+` marks a node that was not there before, `!` one whose contents are of no use. What is wider than
 * `width` becomes a list, the user at the top.
 */
export function drawChange(
  change: ChainChange,
  graphs: { readonly before: BlockGraph; readonly after: BlockGraph },
  width: number,
  paint: Paint = (_, text) => text,
): PictureRow[] {
  const columns = elided(columnsOf(change, graphs));
  const starts: number[] = [];
  let end = 0;
  for (const column of columns) {
    starts.push(end);
    end += Math.max(column.before?.length ?? 0, column.after?.length ?? 0) + ARROW;
  }
  if (end - ARROW > width) return asList(columns, paint);
  const row = (side: 'before' | 'after') => drawRow(columns, starts, side, paint);
  const rows: PictureRow[] = change.before ? [{ label: 'before', text: row('before') }] : [];
  const { after } = change;
  const text =
    after === 'gone' ? goneText(change.before, graphs.after) : after === 'unknown' ? UNKNOWN : row('after');
  return [...rows, { label: 'after', text }];
}

/** A user that is gone may leave its chain to others. */
function goneText(chain: Chain | undefined, after: BlockGraph): string {
  const top = chain?.nodes.at(-1);
  const others = [...attachedChains(after)].filter(
    ([, { nodes }]) => top !== undefined && nodes.includes(top),
  );
  if (others.length === 0) return 'nothing uses it any more';
  return `${others.map(([user]) => `[${harmless(user)}]`).join(' and ')} ${others.length > 1 ? 'use' : 'uses'} it still`;
}

const UNKNOWN = 'not known before the run';

/** ` <- ` */
const ARROW = 4;

/** An image, or a run of images, with its text in each row that it is in. */
interface Column {
  readonly before?: string;
  readonly after?: string;
  readonly style?: Style;
  /** At the right of the last image. */
  readonly user?: boolean;
}

function columnsOf(
  change: ChainChange,
  graphs: { readonly before: BlockGraph; readonly after: BlockGraph },
): Column[] {
  const was = change.before ? shownNodes(change.before) : [];
  const is = typeof change.after === 'string' ? [] : shownNodes(change.after);
  const columns: Column[] = mergedOrder(was, is).map(({ name, inBefore, inAfter }) => {
    const isNew = inAfter && name !== REST && !graphs.before.nodes.has(name) && isMade(name, graphs);
    const isInvalid = inAfter && graphs.after.nodes.get(name)?.invalid !== undefined;
    const wasInvalid = graphs.before.nodes.get(name)?.invalid !== undefined;
    const style = isInvalid ? 'invalid' : isNew ? 'added' : inAfter ? undefined : 'gone';
    return {
      ...(inBefore ? { before: `${wasInvalid ? '!' : ''}${harmless(name)}` } : {}),
      ...(inAfter ? { after: `${isInvalid ? '!' : isNew ? '+' : ''}${harmless(name)}` } : {}),
      ...(style ? { style } : {}),
    };
  });
  if (change.user !== undefined) {
    const user = `[${harmless(change.user)}]`;
    columns.push({ before: user, ...(typeof change.after === 'string' ? {} : { after: user }), user: true });
  }
  return columns;
}

/** Where not every node is known, one of which there is but the name was there all along: a command only spoke of it. */
function isMade(name: NodeName, { before, after }: { before: BlockGraph; after: BlockGraph }): boolean {
  const node = after.nodes.get(name);
  return before.complete || node?.driver !== undefined || node?.filename !== undefined;
}

/** Stands for what is below where a chain is not known to its end. */
const REST = '...';

function shownNodes({ nodes, ends }: Chain): NodeName[] {
  return ends ? [...nodes] : [REST, ...nodes];
}

/** Runs of images that stay as they are, told as their number where they are long. */
function elided(columns: readonly Column[]): Column[] {
  const shown: Column[] = [];
  for (let at = 0; at < columns.length; ) {
    let end = at;
    while (end < columns.length && isUnchanged(columns[end])) end++;
    const run = columns.slice(at, end);
    if (run.length > LONGEST_RUN) {
      const text = `(${run.length - 2} images)`;
      shown.push(run[0] as Column, { before: text, after: text }, run.at(-1) as Column);
    } else shown.push(...run);
    const next = columns[end];
    if (next) shown.push(next);
    at = end + 1;
  }
  return shown;
}

const LONGEST_RUN = 6;

function isUnchanged(column: Column | undefined): boolean {
  return column !== undefined && !column.user && column.style === undefined && column.before === column.after;
}

function drawRow(
  columns: readonly Column[],
  starts: readonly number[],
  side: 'before' | 'after',
  paint: Paint,
): string {
  let text = '';
  let at = 0;
  for (const [index, column] of columns.entries()) {
    const cell = column[side];
    if (cell === undefined) continue;
    const gap = (starts[index] ?? 0) - at;
    text += at === 0 ? ' '.repeat(gap) : ` <${'-'.repeat(gap - 3)} `;
    const style = side === 'after' && column.style === 'gone' ? undefined : column.style;
    const isPlain = style === undefined || (side === 'before' && style !== 'gone');
    text += isPlain ? cell : paint(style, cell);
    at = (starts[index] ?? 0) + cell.length;
  }
  return text;
}

/** An image a line, the user at the top: `-` what leaves, `+` what comes. */
function asList(columns: readonly Column[], paint: Paint): PictureRow[] {
  const lines = [...columns].reverse().map(column => {
    const name = column.after ?? column.before ?? '';
    if (column.user) return name;
    if (column.after === undefined) return paint('gone', `- ${name}`);
    const isNew = column.before === undefined;
    const line = `${isNew ? '+' : ' '} ${name.replace(/^\+/, '')}`;
    return column.style ? paint(column.style, line) : isNew ? paint('added', line) : line;
  });
  return lines.map((text, at) => ({ label: at === 0 ? 'chain' : '', text }));
}

interface Merged {
  readonly name: NodeName;
  readonly inBefore: boolean;
  readonly inAfter: boolean;
}

/** Both lists as one that keeps the order of each: what is only in the first stands before what is only in the second. */
function mergedOrder(was: readonly NodeName[], is: readonly NodeName[]): Merged[] {
  const places = new Map(was.map((name, at) => [name, at]));
  const merged: Merged[] = [];
  let from = 0;
  const leaveUpTo = (end: number) => {
    for (; from < end; from++) merged.push({ name: was[from] as NodeName, inBefore: true, inAfter: false });
  };
  const come: NodeName[] = [];
  const arrive = () => {
    for (const name of come.splice(0)) merged.push({ name, inBefore: false, inAfter: true });
  };
  for (const name of is) {
    const place = places.get(name);
    // An image that has changed places stands where it was as well as where it is.
    if (place === undefined || place < from) {
      come.push(name);
      continue;
    }
    leaveUpTo(place);
    arrive();
    merged.push({ name, inBefore: true, inAfter: true });
    from = place + 1;
  }
  leaveUpTo(was.length);
  arrive();
  return merged;
}
