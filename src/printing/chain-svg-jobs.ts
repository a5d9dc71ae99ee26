import type { PicturedJob } from '../graph/chain-picture.ts';
import { columnsOf, cutMiddle } from '../text/columns.ts';
import { markup } from './markup.ts';

/** Where an image stands in a picture. */
export interface Place {
  readonly left: number;
  readonly right: number;
}

const COLUMN = 6.6;
const ROW = 32;
const WIDEST = 44;

/** The jobs of a picture as bands above its images, each in a row of its own, with what they need of the picture. */
export function jobBands(
  jobs: readonly PicturedJob[],
  places: ReadonlyMap<number, Place>,
): { readonly svg: string; readonly width: number; readonly height: number } {
  let width = 0;
  const rows = jobs.flatMap((job, row) => {
    const first = places.get(job.from);
    const last = places.get(job.to);
    if (!first || !last) return [];
    const label = cutMiddle(jobLabel(job), WIDEST);
    width = Math.max(width, first.left + columnsOf(label) * COLUMN);
    return band(job, label, first, last, row * ROW);
  });
  return { svg: rows.join(''), width, height: rows.length * ROW };
}

function jobLabel({ id, type, status, target, isTarget }: PicturedJob): string {
  const where = isTarget ? ' writes here' : target === undefined ? '' : ` → ${target}`;
  return `${id} · ${type}${where} · ${status}`;
}

/** A bracket over the images, with a head at the end that the data go to. */
function band(job: PicturedJob, label: string, first: Place, last: Place, top: number): string {
  const [left, right] =
    job.from === job.to ? [first.left + 4, last.right - 4] : [middle(first), middle(last)];
  const y = top + 16;
  const foot = top + 26;
  const tip = job.toward === 'base' ? left : job.toward === 'active' ? right : undefined;
  const head = tip === undefined ? '' : `<path class="tip" d="M${tip} ${foot + 4}l-4 -7h8z"/>`;
  return `<g><title>${markup(jobLabel(job))}</title><path class="band" d="M${left} ${foot}V${y}H${right}V${foot}"/>${head}<text class="job" x="${Math.round(first.left)}" y="${top + 11}">${markup(label)}</text></g>`;
}

function middle({ left, right }: Place): number {
  return Math.round((left + right) / 2);
}
