import type { Plan, PlanEntry } from '../compile/plan/plan.ts';
import { passedUnexpectedly } from '../diagnostics/catalogue/documents.ts';
import { type Finding, hasErrors } from '../diagnostics/diagnostic.ts';
import { framesOf } from '../diagnostics/render.ts';
import { planText } from '../printing/plan-text.ts';
import { CaseOutcome } from './case-outcome.ts';
import { checkCase, offlineTarget, plannedChains } from './check-case.ts';
import type { LoadedCase } from './load-document.ts';
import { isToFail } from './read-document.ts';

/**
 * Holds what a document states of a script's check and plan against a bundled schema, whatever the script is run on. A script
 * that goes on from others is looked at together with them; `group` are these, the script itself last.
 */
export async function planOffline(group: readonly LoadedCase[], goesOn: boolean): Promise<Plan> {
  const one = group.at(-1) as LoadedCase;
  const together: LoadedCase = {
    ...one,
    parsed: {
      script: { ...one.parsed.script, statements: group.flatMap(({ parsed }) => parsed.script.statements) },
      findings: group.flatMap(({ parsed }) => parsed.findings),
    },
    parameters: new Map(group.flatMap(({ parameters }) => [...parameters])),
  };
  const complete = one.flags.has('complete');
  const plan = await checkCase(together, offlineTarget(one), { complete, goesOn });
  if (group.length === 1) return plan;
  const first = one.parsed.script.statements.at(0)?.span.start ?? one.from;
  const start = Math.min(first, one.from);
  return {
    ...plan,
    entries: plan.entries.filter(entry => startOf(entry) >= start),
    findings: plan.findings.filter(({ primary }) => (primary?.span.start ?? 0) >= start),
  };
}

function startOf(entry: PlanEntry): number {
  return entry.kind === 'statement' ? entry.statement.span.start : startOf(entry.entries[0] as PlanEntry);
}

/** States a plan, and its findings, where the document has fences for them. A script in error has no plan. */
export function statePlan(one: LoadedCase, plan: Plan, outcome: CaseOutcome): void {
  outcome.state('diagnostics', framesOf(plan.findings, one.scripts));
  if (!hasErrors(plan.findings)) outcome.state('plan', planText(plan, one.scripts));
}

/** Says why there is no plan where the document has a fence for one, unless the case has failed anyway. */
export function missPlan(one: LoadedCase, plan: Plan, outcome: CaseOutcome): void {
  if (one.expected.has('plan') && hasErrors(plan.findings) && !outcome.hasFailed)
    outcome.failure(plan.findings);
}

/** The whole of a case that is not run: all that can be told without a QEMU. */
export async function checkOnly(
  group: readonly LoadedCase[],
  goesOn: boolean,
  outcome: CaseOutcome = new CaseOutcome(group.at(-1) as LoadedCase),
): Promise<CaseOutcome> {
  const one = group.at(-1) as LoadedCase;
  const plan = await planOffline(group, goesOn);
  const isCheck = one.flags.has('check');
  if (isCheck && isToFail(one)) {
    if (!hasErrors(plan.findings)) passedAnyway(one, outcome);
    else outcome.state('failure', framesOf(plan.findings, one.scripts));
  } else if (!one.expected.has('diagnostics') && !isToFail(one)) judge(one, plan.findings, outcome);
  statePlan(one, plan, outcome);
  missPlan(one, plan, outcome);
  if (!isToFail(one) && !one.flags.has('unpredicted')) outcome.state('graph', plannedChains(plan).join('\n'));
  return outcome;
}

/** A check says nothing but what the document states; a script that is run may have warnings. */
function judge(one: LoadedCase, findings: readonly Finding[], outcome: CaseOutcome): void {
  if (findings.length === 0) return;
  if (one.flags.has('check') || hasErrors(findings)) outcome.failure(findings);
  else outcome.notes.push(framesOf(findings, one.document));
}

/** An expected failure that did not come. */
export function passedAnyway(one: LoadedCase, outcome: CaseOutcome): void {
  outcome.failure([passedUnexpectedly(one.opening)]);
}
