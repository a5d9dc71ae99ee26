import { calledHere } from '../../diagnostics/catalogue/procedures.ts';
import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { ProcStatement } from '../../syntax/ast.ts';
import type { Span } from '../../text/source.ts';
import type { Findings } from './context.ts';
import { StatementFailure } from './failure.ts';
import type { Limit } from './world.ts';

/** The calls of procedures that are open at a place, and how many a script has made. */
export interface Calls {
  /** The outermost first. */
  readonly open: readonly ProcStatement[];
  /** Counts for the whole script: one object for all its contexts. */
  readonly made: { count: number; isTooMany?: boolean };
  /** What `within` behind a call leaves to the waits inside. */
  readonly limit?: Limit | undefined;
}

/** The beginning: no procedure has been called. */
export function noCalls(): Calls {
  return { open: [], made: { count: 0 } };
}

/** More calls than this are not told: the inner ones and the outermost say where it is. */
const MOST_TOLD = 5;

/** The finding, which may only hold for one call, with the place of that call. */
function fromCall(finding: Finding, call: Span): Finding {
  const { secondary = [] } = finding;
  const isLong = secondary.filter(({ text }) => text === calledHere).length === MOST_TOLD;
  const others = isLong ? secondary.slice(0, -1) : secondary;
  return { ...finding, secondary: [...others, { span: call, text: calledHere }] };
}

/** Gathers what is found during a call, each with the place of the call. */
export function findingsFromCall(findings: Findings, call: Span): Findings {
  return {
    push: (...found) => findings.push(...found.map(finding => fromCall(finding, call))),
    some: holds => findings.some(holds),
  };
}

/** The failure of a statement during a call, with the place of the call; any other error as it is. */
export function failureFromCall(failure: unknown, call: Span): unknown {
  if (!(failure instanceof StatementFailure)) return failure;
  const { kind, finding, reason } = failure;
  return new StatementFailure(kind, fromCall(finding, call), { cause: failure, reason });
}
