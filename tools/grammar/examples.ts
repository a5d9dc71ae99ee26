import { bind } from '../../src/compile/bind/bind.ts';
import { planRecords } from '../../src/compile/ndjson.ts';
import { makePlan } from '../../src/compile/plan/plan.ts';
import type { Finding } from '../../src/diagnostics/diagnostic.ts';
import { Later } from '../../src/qapi/placeholder.ts';
import type { Schema } from '../../src/qapi/schema.ts';
import type { JsonObject } from '../../src/qmp/json.ts';
import { parse } from '../../src/syntax/parse.ts';

/** The moment that `$now` stands for in the documents. */
const NOW = new Date('2026-05-01T03:00:00Z');

export interface CheckedExample {
  readonly findings: readonly Finding[];
  /** What it sends and waits for, as `qblk compile` has it; a `Later` stands for what only a run shows. */
  readonly records: readonly JsonObject[];
}

/** An example as the checker sees it without a QEMU. */
export async function checkExample(text: string, schema: Schema): Promise<CheckedExample> {
  const { script, findings } = parse(text);
  const plan = await makePlan(script, { schema, now: NOW });
  const { records } = planRecords(plan, { name: 'example.qblk', text });
  return { findings: [...findings, ...bind(script, { schema }), ...plan.findings], records };
}

/** Records as lines of QMP, what is waited for and checked as comments between them. */
export function wireText(records: readonly JsonObject[]): string {
  return records.flatMap(record => lineOf(record)).join('\n');
}

function lineOf(record: JsonObject): string[] {
  const {
    execute,
    arguments: members,
    await: awaited,
    check,
  } = record as Record<string, JsonObject | undefined>;
  if (execute !== undefined) {
    const bare = Object.keys(members ?? {}).length === 0;
    const message = bare ? { execute } : { execute, arguments: members };
    return [JSON.stringify(message, shownLater, 1).replace(/\n */g, ' ')];
  }
  if (awaited && 'job' in awaited) return [`// until the job ${awaited['job']} is ${awaited['status']}`];
  if (check && 'file' in check) return [`// where no file ${check['file']} is there yet`];
  if (check && 'job' in check)
    return [`// where ${check['job']} has no error${check['error'] === null ? '' : ', or that of a cancel'}`];
  return [];
}

function shownLater(_: string, value: unknown): unknown {
  return value instanceof Later ? `<${value.what}>` : value;
}
