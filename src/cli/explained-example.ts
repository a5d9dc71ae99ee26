import { check } from '../compile/check.ts';
import { planRecords } from '../compile/ndjson.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { Explanation, Setting } from '../diagnostics/explanations/explanation.ts';
import { describeAvailability, whereAccepted } from '../qapi/availability.ts';
import { loadSnapshot } from '../qapi/snapshots.ts';
import { loadSource } from '../target/load-script.ts';
import type { Output } from './output.ts';

/**
 * What is said to an example of an explanation, in the order of its text: by the checker, or by a run on the simulator.
 * Nothing is said to what neither can show.
 */
export async function findingsOf({ setting = {} }: Explanation, text: string): Promise<readonly Finding[]> {
  if (setting.command === 'shell' || setting.command === 'elsewhere') return [];
  const found =
    setting.command === 'run' ? await ranFindings(setting, text) : await checkedFindings(setting, text);
  return [...found].sort((a, b) => (a.primary?.span.start ?? 0) - (b.primary?.span.start ?? 0));
}

async function checkedFindings(setting: Setting, text: string): Promise<readonly Finding[]> {
  const schema = loadSnapshot(setting.qemu ?? 'newest', setting.program ?? 'system');
  if (!schema) throw new Error('no schema is bundled');
  const loaded = loadSource({ name: 'example.qblk', text });
  const plan = await check(loaded, {
    schema,
    now: new Date(),
    whereAccepted,
    whereAvailable: describeAvailability(schema),
  });
  const isCompiled = setting.command === 'compile' && plan.findings.length === 0;
  return isCompiled ? planRecords(plan, loaded.source).findings : plan.findings;
}

async function ranFindings(
  { program = 'storage-daemon' }: Setting,
  text: string,
): Promise<readonly Finding[]> {
  const { run } = await import('./commands/run.ts');
  const found: Finding[] = [];
  const silent: Output = {
    json: false,
    quiet: true,
    color: false,
    result() {},
    say() {},
    warn() {},
    silent() {},
    complain() {},
    findings: findings => void found.push(...findings),
    through() {},
    foot() {},
    record() {},
    end() {},
  };
  const parameters = new Map<string, string>();
  await run(
    { command: 'run', words: [], code: text, parameters, flags: new Set(), sandbox: 'sim', program },
    silent,
  );
  return found;
}
