import type { Plan, PlanEntry } from '../compile/plan/plan.ts';
import { Later } from '../qapi/placeholder.ts';
import type { ExecuteStep, HostStep, Step } from '../statements/step.ts';
import type { Statement } from '../syntax/ast.ts';

/** Whether a statement may send a command, or run a program: what a plan showed for it, and nothing else that changes anything. */
export type MaySend = (statement: Statement | undefined, step: ExecuteStep | HostStep) => boolean;

/** What brings a job to its end belongs to a wait, whichever jobs that finds. */
const ENDS_JOBS: ReadonlySet<string> = new Set(['job-cancel', 'job-dismiss']);

/**
 * Holds a run to a plan of the same tree: a command passes where the plan shows it for that statement. Where the plan did
 * not know a value, any will do. Questions pass, and so does what ends jobs.
 */
export function onlyShown(plan: Plan, endpoint?: string): MaySend {
  const shown = new Map<number, (ExecuteStep | HostStep)[]>();
  const visit = (entries: readonly PlanEntry[]) => {
    for (const entry of entries) {
      if (entry.kind === 'statement' && entry.target === endpoint) {
        const { start } = entry.statement.span;
        const steps = entry.steps.flatMap(({ step }) => (isSent(step) ? step : []));
        shown.set(start, [...(shown.get(start) ?? []), ...steps]);
      }
      visit(entry.entries);
    }
  };
  visit(plan.entries);
  return (statement, step) => {
    const name = nameOf(step);
    if (step.kind === 'execute' && (/^(x-debug-)?query-/.test(name) || ENDS_JOBS.has(name))) return true;
    const steps = statement ? (shown.get(statement.span.start) ?? []) : [];
    return steps.some(
      one => one.kind === step.kind && nameOf(one) === name && covers(one.arguments, step.arguments),
    );
  };
}

function isSent(step: Step): step is ExecuteStep | HostStep {
  return step.kind === 'execute' || step.kind === 'host';
}

function nameOf(step: ExecuteStep | HostStep): string {
  return step.kind === 'execute' ? step.command : step.program;
}

function covers(shown: unknown, sent: unknown): boolean {
  if (shown instanceof Later || shown === sent) return true;
  if (typeof shown !== 'object' || typeof sent !== 'object' || shown === null || sent === null) return false;
  const keys = Object.keys(shown);
  if (keys.length !== Object.keys(sent).length) return false;
  return keys.every(key => Object.hasOwn(sent, key) && covers(member(shown, key), member(sent, key)));
}

function member(value: object, key: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[key];
}
