import type { Chain } from '../../graph/attached.ts';
import type { ChainChange } from '../../graph/chain-changes.ts';
import { Later } from '../../qapi/placeholder.ts';
import type { Schema } from '../../qapi/schema.ts';
import type { Json, JsonObject } from '../../qmp/json.ts';
import { digest } from '../../text/digest.ts';
import { maskSecrets, withoutSecrets } from '../../text/secrets.ts';
import { placeRecord, type Source, textAt } from '../../text/source.ts';
import { stepRecord } from '../ndjson.ts';
import { type PlanBasis, planBasis } from './basis.ts';
import { planFacts, type StatementFacts } from './facts.ts';
import type { FileEffects, PlannedFile } from './files.ts';
import type { Plan, PlanEntry, PlannedStatement } from './plan.ts';
import { type PlanSummary, summarize } from './summary.ts';

/** What the member `format` of a plan's document says. */
export const PLAN_FORMAT = 'qblk-plan';

/** The version of the document's shape: it changes when a member changes its meaning or goes. */
export const PLAN_VERSION = 1;

/** What a plan was made from. */
export interface PlanOrigin {
  readonly source: Source;
  readonly parameters: ReadonlyMap<string, string>;
  /** The moment that `$now` stands for. */
  readonly now: Date;
  readonly schema: Schema;
  /** Whether the graph was read from a QEMU. */
  readonly live: boolean;
  /** The same of each endpoint, where the script has several. */
  readonly endpoints?: ReadonlyMap<string, { readonly schema: Schema; readonly live: boolean }>;
}

/**
 * A plan as one JSON document, which is also the saved plan that can be run later. Its members:
 *
 * - `format`, `version`: `qblk-plan` and 1.
 * - `made`: the moment that `$now` stands for. `script`: `name` and `text`, and the files `used`, each
 *   with its `name`, its `text` and `otherNames` that it is used by. `parameters`: the values given, as text.
 * - `qemu`: the `schema` that it was checked against by its name, a `fingerprint` of it, and whether the graph is that of a
 *   `live` QEMU.
 * - `basis`: the part of the graph that it was made for. `chains`: `user` (missing where nothing uses it), `ends` (whether the
 *   lowest node is surely the end) and `images`, base first, with `node` and what is known of `file`, `format` and `size`;
 *   and the `jobs` that were there.
 * - `targets`, in a script with endpoints, stands for `qemu` and `basis`: by the endpoint's name its own `qemu` and `basis`.
 *   Then a statement has the `target` that it is for; in the summary a file and a `guest` have one, and a node is `@dst E`.
 * - `statements`, in order: `line`, and `file` where that is a used one; `text`; `steps` as `qblk compile` writes them, where `{"unknown": WHAT}` stands for a value
 *   that only the run will show; `chains` that change, with `user`, `before` and `after` (base first; `null` for none, `"..."` at
 *   the lower end for nodes that are not known, `{"unknown": WHAT}` where nothing is); `jobs` that are there after it; nodes that become
 *   `invalid`, and `because`; nodes that are `resized`,
 *   with their size `before`, where that is known, and `after`; `files` as in the summary; `unknown`: what can't be known yet, in words; `inside`: statements of
 *   its blocks, and `{"when": WORDS, "statements": […]}` for what a run may come to or not. Empty members are left out.
 * - `summary`: `changes` (false: nothing is sent that may change anything), `commands`, `jobs`, `depends` (whether only the run
 *   decides some of it), the files that it `creates`, `overwrites`, `mayOverwrite` (makes without knowing whether they are
 *   there) and leaves `unused`, each with its `file` or else the `node` that has it, nodes that become `invalid`, those
 *   that are `shrunk`, which loses what lies behind, and for each `guest` device
 *   whose chain changes its `user` and the `chain` at the end.
 * - `diagnostics`, as `--json` has them elsewhere. With an error among them the plan goes no further, and can't be run.
 */
export function planDocument(plan: Plan, origin: PlanOrigin, diagnostics: readonly JsonObject[]): JsonObject {
  const { source, parameters, now } = origin;
  const facts = planFacts(plan);
  return {
    format: PLAN_FORMAT,
    version: PLAN_VERSION,
    made: now.toISOString(),
    script: scriptRecord(source),
    parameters: Object.fromEntries(parameters),
    ...whereRecord(plan, origin),
    statements: statementRecords(plan.entries, facts, source),
    summary: summaryRecord(summarize(plan, facts)),
    diagnostics,
  };
}

function scriptRecord({ name, text, used = [] }: Source): JsonObject {
  const files = used.map(({ file, otherNames = [] }) => ({
    name: file.name,
    text: file.text,
    ...(otherNames.length > 0 ? { otherNames: [...otherNames] } : {}),
  }));
  return { name, text, ...(files.length > 0 ? { used: files } : {}) };
}

function whereRecord(plan: Plan, origin: PlanOrigin): JsonObject {
  const { endpoints = new Map() } = origin;
  const at = (schema: Schema, live: boolean, target?: string) => ({
    qemu: { schema: schema.label, fingerprint: schemaFingerprint(schema), live },
    basis: basisRecord(planBasis(plan, target)),
  });
  if (endpoints.size === 0) return at(origin.schema, origin.live);
  return {
    targets: Object.fromEntries(
      [...endpoints].map(([name, { schema, live }]) => [name, at(schema, live, name)]),
    ),
  };
}

/** Tells schemas apart by their commands, the arguments of these and the events. */
export function schemaFingerprint(schema: Schema): string {
  const commands = schema
    .commands()
    .map(name => [name, schema.argumentsOf(name).map(({ name: argument, type }) => [argument, type])]);
  return digest(JSON.stringify([commands, schema.events()]));
}

/** The statements of a plan as the document has them: what a run has to agree with. */
export function statementRecords(
  entries: readonly PlanEntry[],
  facts: ReadonlyMap<PlannedStatement, StatementFacts>,
  source: Source,
): JsonObject[] {
  return entries.map(entry => {
    const inside = statementRecords(entry.entries, facts, source);
    if (entry.kind === 'way') return { when: entry.when, statements: inside };
    const { span } = entry.statement;
    return {
      ...placeRecord(source, span.start),
      text: maskSecrets(textAt(source, span)),
      ...(entry.target === undefined ? {} : { target: entry.target }),
      ...filled({ steps: entry.steps.map(plannedStepRecord), ...factRecord(facts.get(entry)), inside }),
    };
  });
}

function plannedStepRecord({ step, limit }: PlannedStatement['steps'][number]): Json {
  const within = limit === undefined || step.kind !== 'await-job' ? {} : { within: limit / 1000 };
  return { ...(withoutSecrets(withUnknown(stepRecord(step))) as JsonObject), ...within };
}

function withUnknown(value: unknown): Json {
  if (value instanceof Later) return { unknown: value.what };
  if (Array.isArray(value)) return value.map(withUnknown);
  if (typeof value !== 'object' || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withUnknown(member)]));
}

function factRecord(facts: StatementFacts | undefined): { readonly [key: string]: Json } {
  if (!facts) return {};
  return {
    chains: facts.chains.map(changeRecord),
    jobs: facts.jobs.map(({ id, type, status }) => ({ id, type, status })),
    invalid: facts.invalid.map(({ nodes, because }) => ({ nodes: [...nodes], because })),
    resized: facts.resized.map(record => ({ ...record })),
    files: filled(filesRecord(facts.files)),
    unknown: [...facts.unknown],
  };
}

function changeRecord({ user, before, after }: ChainChange): Json {
  return {
    ...(user === undefined ? {} : { user }),
    before: before ? nodesOf(before) : null,
    after:
      after === 'gone' ? null : after === 'unknown' ? { unknown: 'the chain after this' } : nodesOf(after),
  };
}

function nodesOf({ nodes, ends }: Chain): string[] {
  return ends ? [...nodes] : ['...', ...nodes];
}

function filesRecord(files: FileEffects): { readonly [key: string]: Json } {
  return {
    creates: files.creates.map(fileRecord),
    overwrites: files.overwrites.map(fileRecord),
    mayOverwrite: files.mayOverwrite.map(fileRecord),
    unused: files.unused.map(fileRecord),
  };
}

function fileRecord({ filename, node, target }: PlannedFile): JsonObject {
  return {
    ...(target === undefined ? {} : { target }),
    ...(filename === undefined ? {} : { file: filename }),
    ...(node === undefined ? {} : { node }),
  };
}

function summaryRecord(summary: PlanSummary): JsonObject {
  const { changes, commands, jobs, depends, perhaps, invalid, shrunk, guest } = summary;
  return {
    changes,
    commands,
    jobs,
    depends,
    perhaps: { ...perhaps },
    ...filesRecord(summary),
    invalid: [...invalid],
    shrunk: [...shrunk],
    guest: guest.map(({ user, target, chain }) => ({
      ...(target === undefined ? {} : { target }),
      user,
      chain: chain ? nodesOf(chain) : { unknown: 'the chain at the end' },
    })),
  };
}

function basisRecord({ chains, jobs }: PlanBasis): JsonObject {
  return {
    chains: chains.map(({ user, ends, images }) => ({
      ...(user === undefined ? {} : { user }),
      ends,
      images: images.map(({ name, filename, driver, size }) => ({
        node: name,
        ...(filename === undefined ? {} : { file: filename }),
        ...(driver === undefined ? {} : { format: driver }),
        ...(size === undefined ? {} : { size }),
      })),
    })),
    jobs: jobs.map(job => ({ ...job })),
  };
}

/** The members that hold something. */
function filled(members: { readonly [key: string]: Json }): JsonObject {
  const isEmpty = (value: Json) =>
    Array.isArray(value)
      ? value.length === 0
      : typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return Object.fromEntries(Object.entries(members).filter(([, value]) => !isEmpty(value)));
}
