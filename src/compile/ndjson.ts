import * as problems from '../diagnostics/catalogue/plans.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { Json, JsonObject } from '../qmp/json.ts';
import { findLater } from '../statements/datum.ts';
import type { CheckStep, Step } from '../statements/step.ts';
import type { Statement } from '../syntax/ast.ts';
import { placeRecord, type Source, textAt } from '../text/source.ts';
import { declares, isIncoming } from './declared-endpoints.ts';
import type { Plan, PlanEntry, PlannedStatement } from './plan/plan.ts';

/** One line of `qblk compile`. */
export type PlanRecord = JsonObject;

/**
 * The plan as records for machines: `execute` and `arguments` exactly as sent, `await` a job's status, an event or a
 * condition, `check` what must hold; each with its `line`, and with the `file` where that is one that the script uses, with its `target` in a script that has several, and with
 * `within` in seconds where the script sets a limit.
 * A plan that depends on what only the run will show has findings instead.
 */
export function planRecords(
  plan: Plan,
  source: Source,
): { readonly records: PlanRecord[]; readonly findings: Finding[] } {
  const records: PlanRecord[] = [];
  const findings: Finding[] = [];
  const visit = (entries: readonly PlanEntry[], inside: Statement | undefined) => {
    for (const entry of entries) {
      if (entry.kind === 'statement') {
        add(entry);
        visit(entry.entries, entry.statement);
      } else if (inside) {
        findings.push(problems.dependsOnRun(inside.span, entry.when));
        return;
      }
    }
  };
  const add = (entry: PlannedStatement) => {
    const at = placeRecord(source, entry.statement.span.start);
    const place = { ...(entry.target === undefined ? {} : { target: entry.target }), ...at };
    records.push(...ownRecords(entry.statement, source).map(record => ({ ...record, ...place })));
    for (const { step, limit } of entry.steps) {
      const later = findLater(step);
      if (later) findings.push(problems.notKnownYet(entry.statement.span, later.what));
      const within = limit === undefined || step.kind !== 'await-job' ? {} : { within: limit / 1000 };
      records.push({ ...stepRecord(step), ...within, ...place });
    }
  };
  visit(plan.entries, undefined);
  return { records, findings };
}

function ownRecords(statement: Statement, source: Source): JsonObject[] {
  const hasStep = ['chain', 'identical'];
  if (statement.kind === 'expect' && !hasStep.includes(statement.condition.kind)) {
    return [{ check: { condition: textAt(source, statement.condition.span) } }];
  }
  if (statement.kind === 'verb' && declares(statement) && isIncoming(statement))
    return [{ check: { condition: 'status inmigrate' } }];
  return statement.kind === 'wait'
    ? [{ await: { condition: textAt(source, statement.condition.span) } }]
    : [];
}

/** A step as `qblk compile` writes it, without its line. */
export function stepRecord(step: Step): JsonObject {
  switch (step.kind) {
    case 'execute':
      return { execute: step.command, arguments: step.arguments as JsonObject };
    case 'await-job':
      return {
        await: {
          job: step.job as Json,
          status: step.status === 'rest' ? ['ready', 'pending', 'concluded'] : step.status,
        },
      };
    case 'await-event':
      return { await: { event: step.event, where: step.where as JsonObject } };
    case 'check':
      return { check: checkRecord(step) };
    case 'host':
      return { host: [step.program, ...(step.arguments as readonly string[])] };
    case 'guest-io':
      return { io: { disk: step.disk as Json, command: step.command as Json } };
    case 'restart':
      return { restart: true };
  }
}

function checkRecord({ check }: CheckStep): JsonObject {
  switch (check.kind) {
    case 'job-succeeded':
      return { job: check.job as Json, error: null };
    case 'job-cancelled':
      return { job: check.job as Json, error: [null, 'Operation canceled'] };
    case 'file-absent':
      return { file: check.filename as Json, exists: check.orSocket ? [false, 'socket'] : false };
    case 'chain':
      return { chain: check.nodes, ...(check.device === undefined ? {} : { device: check.device }) };
    case 'identical':
      return { identical: check.files.map(({ filename }) => filename as Json) };
  }
}
