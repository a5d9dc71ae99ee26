import { bind } from '../../src/compile/bind/bind.ts';
import { makePlan, type Plan, type PlanEntry, type PlanOptions } from '../../src/compile/plan/plan.ts';
import type { Finding } from '../../src/diagnostics/diagnostic.ts';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';
import { parse } from '../../src/syntax/parse.ts';

const newest = loadSnapshot('newest', 'system');
if (!newest) throw new Error('no bundled schema');

/** The schema that the tests of this room plan against. */
const schema = newest;

/** The plan of a script that is right as far as its words go. */
export async function planOf(text: string, options: Partial<PlanOptions> = {}): Promise<Plan> {
  const { script, findings } = parse(text);
  const early = [...findings, ...bind(script, { schema })];
  if (early.length > 0) throw new Error(`not a right script: ${JSON.stringify(early)}`);
  return makePlan(script, { schema, now: new Date(0), ...options });
}

/** The codes of what is wrong with a script, in the order in which it is found. */
export async function codesOf(text: string): Promise<string[]> {
  const { script, findings } = parse(text);
  const early: Finding[] = [...findings, ...bind(script, { schema })];
  const { findings: late } =
    early.length > 0 ? { findings: [] } : await makePlan(script, { schema, now: new Date(0) });
  return [...early, ...late].map(({ code }) => code);
}

/** Whether `expect CONDITION` holds: true, false, or `later` where only a run will show. */
export async function holds(condition: string, before = ''): Promise<boolean | 'later'> {
  const plan = await planOf(`${before}\nif ${condition} { print "yes" } else { print "no" }`);
  if (plan.findings.length > 0) throw new Error(plan.findings.map(({ message }) => message).join('; '));
  const last = plan.entries.at(-1);
  const inner = last?.kind === 'statement' ? last.entries : [];
  if (inner.some(entry => entry.kind === 'way')) return 'later';
  return JSON.stringify(inner.map(printed)).includes('yes');
}

function printed(entry: PlanEntry): unknown {
  return entry.kind === 'statement' && entry.statement.kind === 'verb' ? entry.statement.words : undefined;
}
