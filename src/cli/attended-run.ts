import { jobsOfTheLost } from '../diagnostics/catalogue/silence.ts';
import type { ConnectionLostError } from '../qmp/errors.ts';
import type { Reporter } from '../runner/reporter.ts';
import { qemusOf, type Target } from '../target/target.ts';
import { UsageError } from '../target/usage-error.ts';
import type { Source } from '../text/source.ts';
import { JobsHeard } from './jobs-heard.ts';
import { jsonReporter } from './json-reporter.ts';
import type { Options } from './options.ts';
import type { Output } from './output.ts';
import { followProgress } from './progress.ts';
import { type Interrupting, offerToInterrupt } from './run-interrupt.ts';
import type { StatusArea } from './status-area.ts';
import { type TextReporter, textReporter } from './text-reporter.ts';

/** What somebody sees of a run, and how they end it. */
export interface AttendedRun extends Interrupting {
  readonly reporter: Reporter;
  /** Says that a connection is lost, and what is known of the jobs at its other end. */
  tellLoss(loss: ConnectionLostError): void;
}

export interface AttendedRunOptions {
  readonly target: Target;
  readonly source: Source;
  readonly options: Options;
  readonly output: Output;
  /** A run that goes on later needs its jobs: they are not cancelled. */
  readonly goesOnLater?: boolean;
}

/** Tells of a run while it goes on, and listens for signals until it is stopped. What a terminal needs is loaded when it is needed. */
export function attendRun({
  target,
  source,
  options,
  output,
  goesOnLater = false,
}: AttendedRunOptions): AttendedRun {
  const policy = policyOf(options);
  const hasTerminal = process.stderr.isTTY === true && process.env['TERM'] !== 'dumb' && !output.json;
  let area: StatusArea | undefined;
  let isOver = false;
  const openArea = async () => {
    const { openStatusArea } = await import('./status-area.ts');
    area ??= openStatusArea(process.stderr, process.stdin);
    output.through(area.print);
    return area;
  };
  const text = output.json ? undefined : textReporter(source, output, graphsOf(target));
  const draw = async (bars: readonly string[]) => {
    if (isOver || (bars.length === 0 && !area)) return;
    const { show } = area ?? (await openArea());
    if (!isOver) show(bars.length > 0 ? statusLines(bars, text) : []);
  };
  const progress = output.quiet
    ? undefined
    : followProgress({ target, output, draw: hasTerminal ? bars => void draw(bars) : undefined });
  const heard = new JobsHeard();
  const reporter = heard.listening(text ?? jsonReporter(source, output));
  const asks = hasTerminal && process.stdin.isTTY === true && policy === undefined;
  const interrupting = offerToInterrupt({
    target,
    output,
    policy: policy ?? 'leave',
    mayCancel: !goesOnLater,
    area: asks ? openArea : undefined,
  });
  return {
    ...interrupting,
    reporter: progress?.listening(reporter) ?? reporter,
    tellLoss(loss) {
      output.complain(loss.message, loss.help);
      // A sandbox ends with its connection, and its jobs with it.
      const areGone = [...qemusOf(target).values()].every(({ live }) => live.isSandbox);
      if (areGone || heard.left.length === 0) return;
      const { message, help } = jobsOfTheLost(heard.left);
      output.complain(message, help);
    },
    stop() {
      isOver = true;
      progress?.stop();
      interrupting.stop();
      output.through(undefined);
      area?.close();
    },
  };
}

function policyOf({ onInterrupt }: Options): 'leave' | 'cancel' | undefined {
  if (onInterrupt === undefined || onInterrupt === 'leave' || onInterrupt === 'cancel') return onInterrupt;
  throw new UsageError(`--on-interrupt is leave or cancel, not ${onInterrupt}`);
}

function graphsOf(target: Target) {
  return new Map([...qemusOf(target)].map(([name, { live }]) => [name, live.graph]));
}

/** The bars of the jobs, under the statement that runs. */
function statusLines(bars: readonly string[], text: TextReporter | undefined): string[] {
  const statement = text?.running();
  const [line, ...more] = statement?.split('\n') ?? [];
  const head = line === undefined ? [] : [more.length > 0 ? `${line} …` : line];
  return [...head, ...bars.map(bar => `     ${bar}`)];
}
