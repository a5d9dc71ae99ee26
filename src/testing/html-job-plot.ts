import { markup } from '../printing/markup.ts';
import { cutMiddle } from '../text/columns.ts';
import { durationText } from './html-words.ts';
import type { JobReport, JobSample } from './report.ts';

const WIDTH = 720;
const LEFT = 128;
const RIGHT = 18;
const TOP = 10;
const PLOT = 130;
const LANE = 18;
const COLOURS = 6;
/** More can't be told apart. */
const MOST_JOBS = 40;

/**
 * The progress of jobs over time, in percent of what each had to do then, and below it a lane for each job with the states
 * that it was in. Empty where nothing was seen of any job.
 */
export function jobPlot(jobs: readonly JobReport[]): string {
  const some = jobs.filter(({ samples }) => samples.length > 0);
  // What makes an image's file takes no time and says nothing beside the jobs that it is made for.
  const copying = some.filter(({ type }) => type !== 'create');
  const seen = (copying.length > 0 ? copying : some).slice(0, MOST_JOBS);
  if (seen.length === 0) return '';
  const times = seen.flatMap(({ samples }) => [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0]);
  const first = Math.min(...times);
  const step = tickStep(Math.max(...times) - first);
  const begin = Math.floor(first / step) * step;
  const end = Math.max(begin + step, Math.ceil(Math.max(...times) / step) * step);
  const x = (at: number) => round(LEFT + ((at - begin) / (end - begin)) * (WIDTH - LEFT - RIGHT));
  const y = (percent: number) => round(TOP + PLOT * (1 - percent / 100));
  const lanes = TOP + PLOT + 26;
  const height = lanes + seen.length * LANE + 4;
  const parts = [
    ...percentGrid(y),
    ...timeGrid(begin, end, step, x),
    ...seen.map((job, at) => curve(job, `var(--job-${at % COLOURS})`, x, y)),
    ...seen.map((job, at) => lane(job, `var(--job-${at % COLOURS})`, lanes + at * LANE, x)),
  ];
  const words = seen.map(({ id, type, samples }) => {
    const last = samples.at(-1);
    return `${id}: ${type}, ${last?.status ?? 'not seen'}`;
  });
  return `<svg role="img" viewBox="0 0 ${WIDTH} ${height}"><title>${markup(`Progress of ${words.join('; ')}`)}</title>${parts.join('')}</svg>`;
}

/** A round number of milliseconds, so that some four to eight fit. */
function tickStep(range: number): number {
  const rough = Math.max(range, 1) / 7;
  const scale = 10 ** Math.floor(Math.log10(rough));
  return Math.max(1, [1, 2, 5, 10].map(factor => factor * scale).find(step => step >= rough) ?? scale);
}

function percentGrid(y: (percent: number) => number): string[] {
  return [0, 50, 100].map(
    percent =>
      `<path class="${percent === 0 ? 'axis' : 'grid'}" d="M${LEFT} ${y(percent)}H${WIDTH - RIGHT}"/><text x="${LEFT - 8}" y="${y(percent) + 4}" text-anchor="end">${percent} %</text>`,
  );
}

function timeGrid(begin: number, end: number, step: number, x: (at: number) => number): string[] {
  const count = Math.round((end - begin) / step);
  return Array.from({ length: count + 1 }, (_, tick) => {
    const at = begin + tick * step;
    return `<path class="grid" d="M${x(at)} ${TOP + PLOT}v4"/><text x="${x(at)}" y="${TOP + PLOT + 17}" text-anchor="${tick === count ? 'end' : 'middle'}">${axisTime(at, step)}</text>`;
  });
}

function axisTime(at: number, step: number): string {
  if (step < 1000) return `${at} ms`;
  return step % 1000 === 0 ? `${at / 1000} s` : durationText(at);
}

/** What is left of a job that has ended says nothing of its progress. */
const isShown = ({ status }: JobSample) => status !== 'null' && status !== 'undefined';

function curve(
  { id, samples }: JobReport,
  colour: string,
  x: (at: number) => number,
  y: (percent: number) => number,
): string {
  let last = 0;
  const points = samples.filter(isShown).map(({ at, status, current, total }) => {
    if (total > 0) last = Math.max(0, Math.min(100, (100 * current) / total));
    return { status, x: x(at), y: y(last) };
  });
  const path = points.map((point, at) => `${at === 0 ? 'M' : 'L'}${point.x} ${point.y}`).join('');
  const marks = points.flatMap((point, at) =>
    point.status === points[at - 1]?.status ? [] : (markOf(point.status, point.x, point.y, colour, id) ?? []),
  );
  return `<path class="curve" style="stroke:${colour}" d="${path}"/>${marks.join('')}`;
}

/** Where a job comes to a state worth a mark: a diamond for READY, bars where it is held, a point or a cross for its end. */
function markOf(status: string, x: number, y: number, colour: string, id: string): string | undefined {
  const shape = MARKS[status];
  if (shape === undefined) return undefined;
  return `<path class="mark-line" style="fill:${colour}" d="M${x} ${y}${shape}"><title>${markup(`${id}: ${status}`)}</title></path>`;
}

const CIRCLE = 'm-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z';
const BARS = 'm-5 -5h3.5v10h-3.5zm6.5 0h3.5v10h-3.5z';
const MARKS: Readonly<Record<string, string>> = {
  ready: 'm0 -6l6 6l-6 6l-6 -6z',
  standby: BARS,
  paused: BARS,
  pending: 'm-5 -5h10v10h-10z',
  aborting: 'm-5 -3l2 -2l3 3l3 -3l2 2l-3 3l3 3l-2 2l-3 -3l-3 3l-2 -2l3 -3z',
  concluded: CIRCLE,
};

function lane(
  { id, type, samples }: JobReport,
  colour: string,
  top: number,
  x: (at: number) => number,
): string {
  const changes = samples.filter((sample, at) => sample.status !== samples[at - 1]?.status);
  const end = x(samples.at(-1)?.at ?? 0);
  const phases = changes.map(({ at, status }, place) => {
    if (status === 'null' || status === 'undefined') return '';
    const next = changes[place + 1];
    const from = x(at);
    const width = round(Math.max(1.5, (next ? x(next.at) : end) - from));
    const text = `${id}: ${status} at ${durationText(at)}`;
    const words =
      width > status.length * 6 + 8
        ? `<text x="${from + 4}" y="${top + 11}" class="phase ${inkOf(status)}">${markup(status)}</text>`
        : '';
    return `<rect class="${weightOf(status)}" style="fill:${colour}" x="${from}" y="${top}" width="${width}" height="${LANE - 4}"><title>${markup(text)}</title></rect>${words}`;
  });
  const label = cutMiddle(type === '' ? id : `${id} (${type})`, 19);
  return `<text class="id" x="${LEFT - 8}" y="${top + 11}" text-anchor="end">${markup(label)}<title>${markup(`${id} (${type})`)}</title></text>${phases.join('')}`;
}

function weightOf(status: string): string {
  if (status === 'aborting') return 'broken';
  if (status === 'ready' || status === 'concluded') return 'ready';
  return HELD.has(status) ? 'held' : 'running';
}

function inkOf(status: string): string {
  return weightOf(status) === 'ready' || weightOf(status) === 'broken' ? 'over' : 'id';
}

const HELD: ReadonlySet<string> = new Set(['paused', 'standby', 'waiting', 'pending']);

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
