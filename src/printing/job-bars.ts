import type { JobRecord } from '../runner/job-record.ts';
import { harmless } from '../text/harmless.ts';

/** Of these types of job the progress counts bytes; of others it has no unit. */
const IN_BYTES: ReadonlySet<string> = new Set(['stream', 'commit', 'mirror', 'backup']);
/** How many milliseconds a rate is taken over. */
const WINDOW = 3000;

interface Sample {
  readonly at: number;
  readonly done: number;
}

/**
 * How far jobs are, a line each: state, bar, bytes, rate, and the time that is left at that rate. A rate is that of the last seconds, so
 * `see` has to be called now and then; times are milliseconds of one clock.
 */
export class JobBars {
  readonly #samples = new Map<string, Sample[]>();
  #jobs: readonly JobRecord[] = [];

  see(jobs: readonly JobRecord[], at: number): void {
    this.#jobs = jobs;
    for (const { id, 'current-progress': done } of jobs) {
      const samples = this.#samples.get(id) ?? [];
      // A mirror counts anew what the guest writes, so its total grows; what is done never shrinks but with another job.
      const kept =
        (samples.at(-1)?.done ?? 0) > done ? [] : samples.filter(sample => at - sample.at <= WINDOW);
      this.#samples.set(id, [...kept, { at, done }]);
    }
  }

  /** Lines of at most `width` columns. */
  lines(width: number): string[] {
    const names = Math.max(0, ...this.#jobs.map(({ id }) => harmless(id).length));
    return this.#jobs.map(job => {
      const head = `${harmless(job.id).padEnd(names)}  ${job.type} ${job.status}`.padEnd(names + 18);
      const facts = this.#facts(job);
      const room = Math.min(24, width - head.length - facts.length - 4);
      const bar = room >= 8 ? `${drawBar(shareOf(job), room)}  ` : '';
      return `${head}  ${bar}${facts}`.slice(0, width).trimEnd();
    });
  }

  /** The same without bars, for a log. */
  plainLines(): string[] {
    return this.#jobs.map(job =>
      `${harmless(job.id)}: ${job.type} ${job.status} ${this.#facts(job).trim()}`.replace(/ {2,}/g, ', '),
    );
  }

  #facts(job: JobRecord): string {
    const { 'current-progress': done, 'total-progress': total } = job;
    const share = `${Math.floor(100 * shareOf(job))} %`.padStart(5);
    if (!IN_BYTES.has(job.type)) return share;
    const rate = this.#rate(job.id);
    const left = rate > 0 && total > done ? `  ${clock((total - done) / rate)} left` : '';
    return `${share}  ${bytes(done)} of ${bytes(total)}${rate > 0 ? `  ${bytes(rate)}/s` : ''}${left}`;
  }

  /** Bytes a second. */
  #rate(id: string): number {
    const samples = this.#samples.get(id) ?? [];
    const [first, last] = [samples[0], samples.at(-1)];
    if (!first || !last || last.at - first.at < 200) return 0;
    return ((last.done - first.done) * 1000) / (last.at - first.at);
  }
}

function shareOf({ 'current-progress': done, 'total-progress': total }: JobRecord): number {
  return total > 0 ? Math.min(1, done / total) : 0;
}

function drawBar(share: number, width: number): string {
  const full = Math.round(share * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

function bytes(count: number): string {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, count)) / 10));
  const value = count / 1024 ** unit;
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}
