import type { ChainPicture } from './chain-picture.ts';
import type { Row } from './draw-tree.ts';
import type { BlockGraph, BlockJob, NodeName } from './graph.ts';

/** Where a job stands in a tree. */
export interface Place {
  /** `commit0: commit C → A, running`. */
  readonly label: string;
  /** The image that stands highest of those that it works on, and the lowest, where these are two; none where it only writes here. */
  readonly rows: readonly NodeName[];
  /** Which end its data go to. */
  readonly toward?: 'base' | 'active';
  /** The image that it writes and does not read. */
  readonly written?: NodeName;
}

/** The jobs of the chains of one tree. One that works across two of them is drawn once, over the images of both. */
export function placesOf(graph: BlockGraph, pictures: readonly ChainPicture[]): Place[] {
  const found = new Map<string, Place>();
  // The last chain is the highest, and what it is upon lies below.
  for (const { images, jobs } of pictures.toReversed()) {
    for (const { id, from, to, toward, isTarget } of jobs) {
      const job = graph.jobs.get(id);
      const [low, high] = [images[from]?.node, images[to]?.node];
      if (!job || low === undefined || high === undefined) continue;
      const known = found.get(id);
      const place = known ?? { label: labelOf(job), rows: [] };
      if (isTarget) found.set(id, { ...place, written: high });
      else {
        const rows = [...new Set([place.rows[0] ?? high, low])];
        const way = toward ?? place.toward ?? (rows.length > 1 ? wayOf(job) : undefined);
        found.set(id, { ...place, rows, ...(way ? { toward: way } : {}) });
      }
    }
  }
  return [...found.values()];
}

function wayOf(job: BlockJob): 'base' | 'active' {
  return job.type === 'commit' ? 'base' : 'active';
}

function labelOf({ id, type, status, on = {} }: BlockJob): string {
  const from = on['top-node'] ?? on['device'];
  const into = on['target'] ?? on['base-node'];
  const where =
    type === 'stream'
      ? `${from === undefined ? '' : ` into ${from}`}${into === undefined ? '' : ` down to ${into}`}`
      : `${from === undefined ? '' : ` ${from}`}${into === undefined ? '' : ` → ${into}`}`;
  return `${id}: ${type}${where}, ${status}`;
}

/**
 * What stands left of each row: a bracket from the highest to the lowest image of each job, with a tip where its data go.
 * Jobs that work side by side have brackets side by side.
 */
export function brackets(places: readonly Place[], rows: readonly Row[]): string[] {
  const at = new Map(rows.map(({ node }, row) => [node, row]));
  const lanes: { readonly first: number; readonly last: number; readonly toward?: Place['toward'] }[][] = [];
  for (const { rows: ends, toward } of places) {
    const [first, last] = [at.get(ends[0]), at.get(ends[1])];
    if (ends.length < 2 || first === undefined || last === undefined) continue;
    const span = { first: Math.min(first, last), last: Math.max(first, last), toward };
    const lane = lanes.find(taken =>
      taken.every(other => other.last < span.first || span.last < other.first),
    );
    if (lane) lane.push(span);
    else lanes.push([span]);
  }
  return rows.map((_, row) => {
    let line = '';
    let tip = false;
    // The outermost first: what goes to the tree from there crosses those that are further in.
    for (const lane of lanes.toReversed()) {
      const span = lane.find(({ first, last }) => first <= row && row <= last);
      const end = row === span?.first ? 'active' : row === span?.last ? 'base' : undefined;
      const across = line.endsWith('─');
      if (end === undefined) line += span ? (across ? '┼─' : '│ ') : across ? '──' : '  ';
      else line += end === 'active' ? (across ? '┬─' : '╭─') : across ? '┴─' : '╰─';
      tip ||= end !== undefined && span?.toward === end;
    }
    if (lanes.length === 0) return '  ';
    return `  ${line}${tip ? '▶' : line.endsWith('─') ? '─' : ' '} `;
  });
}
