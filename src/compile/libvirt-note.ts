import { toldNothing } from '../diagnostics/catalogue/safety.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { BlockGraph } from '../graph/graph.ts';
import type { Step } from '../statements/step.ts';
import type { Span } from '../text/source.ts';
import type { HostRules } from './evaluate/outside/host-rules.ts';
import { isLibvirts } from './evaluate/safety/libvirt.ts';
import type { PlanEntry } from './plan/plan.ts';

/** What to say, once, where a plan sends something that stays in a guest of libvirt's: libvirt is not told. */
export function noteOnLibvirt(
  entries: readonly PlanEntry[],
  graph: BlockGraph | undefined,
  host: HostRules = {},
  target?: string,
): Finding[] {
  const { place, beyond } = host;
  if (!graph || beyond?.libvirt || (place !== 'here' && place !== 'elsewhere') || !isLibvirts(graph, host))
    return [];
  const first = firstChange(entries, target);
  return first ? [toldNothing(first)] : [];
}

function firstChange(entries: readonly PlanEntry[], target: string | undefined): Span | undefined {
  for (const entry of entries) {
    const own =
      entry.kind === 'statement' && entry.target === target && entry.steps.some(({ step }) => isChange(step));
    if (own) return entry.statement.span;
    const inner = firstChange(entry.entries, target);
    if (inner) return inner;
  }
  return undefined;
}

function isChange(step: Step): boolean {
  return (
    step.kind === 'execute' && !/^(?:x-debug-)?query-/.test(step.command) && !LEAVES_NOTHING.has(step.command)
  );
}

/** What takes away what a script has made, and what libvirt hears of by events. */
const LEAVES_NOTHING: ReadonlySet<string> = new Set([
  'block-export-del',
  'block-job-cancel',
  'block-job-dismiss',
  'blockdev-del',
  'cont',
  'job-cancel',
  'job-dismiss',
  'nbd-server-stop',
  'stop',
]);
