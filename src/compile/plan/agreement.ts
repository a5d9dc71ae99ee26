import * as problems from '../../diagnostics/catalogue/saved-plans.ts';
import type { Finding } from '../../diagnostics/diagnostic.ts';
import { drawChange } from '../../graph/draw-change.ts';
import type { BlockGraph } from '../../graph/graph.ts';
import type { Schema } from '../../qapi/schema.ts';
import { isObject, type Json, stringifyJson } from '../../qmp/json.ts';
import type { Source } from '../../text/source.ts';
import { compareBasis, type Mismatch } from './basis.ts';
import { schemaFingerprint, statementRecords } from './document.ts';
import { planFacts } from './facts.ts';
import type { Plan } from './plan.ts';
import type { SavedPlan } from './saved-plan.ts';

/**
 * Why a saved plan does not fit the QEMU at hand any more: other chains or jobs, or another schema. A plan that was made
 * without a QEMU is held to no schema, since the run checks every command against the one at hand. `target` is the endpoint
 * that the QEMU is at, where the script has several.
 */
export function outdated(
  saved: SavedPlan,
  graph: BlockGraph,
  schema: Schema,
  target?: string,
): Finding | undefined {
  const qemu = saved.qemus.get(target);
  if (!qemu) return undefined;
  const mismatches = compareBasis(qemu.basis, graph);
  if (mismatches.length > 0)
    return problems.graphChanged(
      saved.file,
      mismatches.flatMap(mismatch => mismatchLines(mismatch, graph)),
      target,
    );
  const { live, schema: then } = qemu;
  if (!live || (then.label === schema.label && then.fingerprint === schemaFingerprint(schema)))
    return undefined;
  return problems.schemaChanged(saved.file, then.label, schema.label);
}

function mismatchLines(mismatch: Mismatch, graph: BlockGraph): string[] {
  if (mismatch.kind === 'job') return [problems.jobMismatch(mismatch)];
  if (mismatch.kind === 'image') return [problems.imageMismatch(mismatch)];
  const { saved, found } = mismatch;
  const then: BlockGraph = {
    nodes: new Map(saved.nodes.map(name => [name, { name }])),
    attachments: [],
    jobs: new Map(),
    complete: false,
  };
  const change = {
    ...(saved.user === undefined ? {} : { user: saved.user }),
    before: saved,
    after: found ?? ('gone' as const),
  };
  const rows = drawChange(change, { before: then, after: graph }, 60);
  const labels = { before: 'planned', after: 'found', chain: 'change', '': '' };
  return [rows.map(({ label, text }) => `${labels[label].padEnd(9)}${text}`).join('\n')];
}

/**
 * Where the script of a saved plan means something else than the plan shows: the first statement at which they part. A
 * value that the plan could not know may be anything.
 */
export function disagreement(saved: SavedPlan, plan: Plan, source: Source): Finding | undefined {
  const made = statementRecords(plan.entries, planFacts(plan), source);
  const isLive = [...saved.qemus.values()].every(({ live }) => live);
  const shown = flat(saved.statements, isLive);
  const meant = flat(made, isLive);
  for (let at = 0; at < Math.max(shown.length, meant.length); at++) {
    if (covers(shown[at] ?? null, meant[at] ?? null)) continue;
    const line = lineOf(meant[at]) ?? lineOf(shown[at]) ?? 0;
    return problems.planDisagrees(
      saved.file,
      line,
      differingStep(shown[at], meant[at]),
      differingStep(meant[at], shown[at]),
    );
  }
  return undefined;
}

/**
 * Every statement, those inside others too, each with its line, its steps and what it stands under; with its chains where
 * both sides know as much of them.
 */
function flat(statements: readonly Json[], withChains: boolean, when = ''): Json[] {
  return statements.flatMap((item): Json[] => {
    if (!isObject(item)) return [item];
    const { line = null, text = null, target = null, steps = [], chains = [], inside } = item;
    const { statements: inner } = item;
    if (Array.isArray(inner))
      return flat(inner, withChains, `${when}/${stringifyJson(item['when'] ?? null)}`);
    const own = { line, text, target, when, steps, ...(withChains ? { chains } : {}) };
    return [own, ...(Array.isArray(inside) ? flat(inside, withChains, when) : [])];
  });
}

/** Whether what a plan shows holds for what is meant: they are the same, but for values that the plan did not know. */
function covers(shown: Json, meant: Json): boolean {
  if (isObject(shown) && typeof shown['unknown'] === 'string' && Object.keys(shown).length === 1) return true;
  if (Array.isArray(shown) && Array.isArray(meant))
    return shown.length === meant.length && shown.every((item, at) => covers(item, meant[at]));
  if (isObject(shown) && isObject(meant)) {
    const keys = Object.keys(shown);
    return (
      keys.length === Object.keys(meant).length &&
      keys.every(key => covers(shown[key] ?? null, meant[key] ?? null))
    );
  }
  return stringifyJson(shown) === stringifyJson(meant);
}

function lineOf(statement: Json | undefined): number | undefined {
  return isObject(statement) && typeof statement['line'] === 'number' ? statement['line'] : undefined;
}

/** The first step of one statement that the other does not have; its text where all steps are the same. */
function differingStep(one: Json | undefined, other: Json | undefined): string {
  if (!isObject(one)) return 'nothing';
  const [steps, others] = [one, other].map(side =>
    isObject(side) && Array.isArray(side['steps']) ? (side['steps'] as readonly Json[]) : [],
  );
  const step = steps?.find((item, at) => stringifyJson(item) !== stringifyJson(others?.[at] ?? null));
  return step === undefined ? `\`${String(one['text'])}\`` : stringifyJson(step);
}
