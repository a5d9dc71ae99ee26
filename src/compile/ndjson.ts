import * as problems from '../diagnostics/catalogue/plans.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { Json, JsonObject } from '../qmp/json.ts';
import { findLater } from '../statements/datum.ts';
import type { CheckStep, Step } from '../statements/step.ts';
import type { Statement } from '../syntax/ast.ts';
import { positionAt, type Source } from '../text/source.ts';
import type { Plan, PlanEntry, PlannedStatement } from './plan/plan.ts';

/** One line of `qblk compile`. */
export type PlanRecord = JsonObject;

/**
 * The plan as records for machines: `execute` and `arguments` exactly as sent, `await` a job's status, an event or a
 * condition, `check` what must hold; each with its `line`, and with `within` in seconds where the script sets a limit.
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
    const { line } = positionAt(source, entry.statement.span.start);
    records.push(...ownRecords(entry.statement, source).map(record => ({ ...record, line })));
    for (const { step, limit } of entry.steps) {
      const later = findLater(step);
      if (later) findings.push(problems.notKnownYet(entry.statement.span, later.what));
      const within = limit === undefined || step.kind !== 'await-job' ? {} : { within: limit / 1000 };
      records.push({ ...stepRecord(step), ...within, line });
    }
  };
  visit(plan.entries, undefined);
  return { records, findings };
}

function ownRecords(statement: Statement, source: Source): JsonObject[] {
  const text = (span: { readonly start: number; readonly end: number }) =>
    source.text.slice(span.start, span.end);
  if (statement.kind === 'expect' && statement.condition.kind !== 'chain') {
    return [{ check: { condition: text(statement.condition.span) } }];
  }
  return statement.kind === 'wait' ? [{ await: { condition: text(statement.condition.span) } }] : [];
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
  }
}

function checkRecord({ check }: CheckStep): JsonObject {
  switch (check.kind) {
    case 'job-succeeded':
      return { job: check.job as Json, error: null };
    case 'job-cancelled':
      return { job: check.job as Json, error: [null, 'Operation canceled'] };
    case 'file-absent':
      return { file: check.filename as Json, exists: false };
    case 'chain':
      return { chain: check.nodes, ...(check.device === undefined ? {} : { device: check.device }) };
  }
}
