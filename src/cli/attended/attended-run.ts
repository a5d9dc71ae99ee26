import type { BlockGraph } from '../../graph/graph.ts';
import type { Reporter } from '../../runner/reporter.ts';
import { qemusOf, type Target } from '../../target/target.ts';
import type { Source } from '../../text/source.ts';
import { jsonReporter } from '../json-reporter.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';
import { type TextReporter, textReporter } from '../text-reporter.ts';
import { followProgress } from './progress.ts';
import { type Interrupting, offerToInterrupt } from './run-interrupt.ts';
import type { StatusArea } from './status-area.ts';
import { type Witness, witnessOf } from './witness.ts';

/** What somebody sees of a run, and how they end it. */
export interface AttendedRun extends Interrupting {
  readonly reporter: Reporter;
  readonly witness: Witness;
}

export interface AttendedRunOptions {
  readonly target: Target;
  readonly source: Source;
  readonly options: Options;
  readonly output: Output;
  /** A run that goes on later needs its jobs: they are not cancelled. */
  readonly goesOnLater?: boolean;
  /** What a run that goes on has seen last: the chains behind its first statement are told as changes of these. */
  readonly earlier?: ReadonlyMap<string | undefined, BlockGraph>;
}

/** Tells of a run while it goes on, and listens for signals until it is stopped. What a terminal needs is loaded when it is needed. */
export function attendRun({
  target,
  source,
  options,
  output,
  goesOnLater = false,
  earlier = new Map(),
}: AttendedRunOptions): AttendedRun {
  const policy = options.onInterrupt;
  const hasTerminal = process.stderr.isTTY === true && process.env['TERM'] !== 'dumb' && !output.json;
  let area: StatusArea | undefined;
  let isOver = false;
  const openArea = async () => {
    const { openStatusArea } = await import('./status-area.ts');
    area ??= openStatusArea(process.stderr, process.stdin);
    output.through(area.print);
    return area;
  };
  const text = output.json
    ? undefined
    : textReporter(source, output, new Map([...graphsOf(target), ...earlier]));
  const draw = async (bars: readonly string[]) => {
    if (isOver || (bars.length === 0 && !area)) return;
    const { show } = area ?? (await openArea());
    if (!isOver) show(bars.length > 0 ? statusLines(bars, text) : []);
  };
  const progress = output.quiet
    ? undefined
    : followProgress({ target, output, draw: hasTerminal ? bars => void draw(bars) : undefined });
  const reporter = text ?? jsonReporter(source, output);
  const witness = witnessOf(target);
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
    reporter: witness.listening(progress?.listening(reporter) ?? reporter),
    witness,
    stop() {
      isOver = true;
      progress?.stop();
      interrupting.stop();
      output.through(undefined);
      area?.close();
    },
  };
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
