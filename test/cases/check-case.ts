import { checkScript } from '../../src/cli/checked.ts';
import type { Options } from '../../src/cli/options.ts';
import type { Output } from '../../src/cli/output.ts';
import { type LoadedScript, parseSource } from '../../src/cli/script.ts';
import type { Plan } from '../../src/compile/plan/plan.ts';
import type { Finding } from '../../src/diagnostics/diagnostic.ts';
import { renderDiagnostic } from '../../src/diagnostics/render.ts';
import type { BlockGraph } from '../../src/graph/graph.ts';
import { deviceChains } from '../../src/printing/chains-text.ts';
import { planText } from '../../src/printing/plan-text.ts';
import { loadSnapshot, type Program } from '../../src/qapi/snapshots.ts';
import type { Target } from '../../src/target/target.ts';
import type { Case } from './case-document.ts';

/** Words of a case's info string that are no parameters of its script. */
const SETTINGS = new Set(['qemu', 'program']);

/** What comes of checking a case's script, with the findings as a user sees them. */
export interface CheckedCase {
  readonly loaded: LoadedScript;
  readonly options: Options;
  readonly plan: Plan;
  readonly findings: readonly Finding[];
  /** Whether nothing stands in the way of a run. */
  readonly accepted: boolean;
}

/** Checks a case's script against a target, as `qblk run` does where `complete`, else as `qblk plan` does. */
export async function checkCase(one: Case, target: Target, complete: boolean): Promise<CheckedCase> {
  const loaded = parseSource({ name: 'script.qblk', text: one.script });
  const parameters = new Map([...one.options].filter(([key]) => !SETTINGS.has(key)));
  const options: Options = { command: 'check', words: [], parameters, flags: new Set() };
  const findings: Finding[] = [];
  const output = { findings: (more: readonly Finding[]) => findings.push(...more) } as unknown as Output;
  const { plan, code } = await checkScript(loaded, target, options, output, complete);
  return { loaded, options, plan, findings, accepted: code === 0 };
}

/** A target without a QEMU: the bundled schema that the case names, else the newest. */
export function offlineTarget(one: Case): Target {
  const program = (one.options.get('program') ?? 'system') as Program;
  const schema = loadSnapshot(one.options.get('qemu') ?? 'newest', program);
  if (!schema) throw new Error(`there is no schema for ${[...one.options].join(' ')}`);
  return { schema, devices: new Map(), close: async () => {} };
}

/** Findings as frames, each once, in the order of the text. */
export function framesOf(findings: readonly Finding[], loaded: LoadedScript): string {
  const frames = [...findings]
    .sort((a, b) => (a.primary?.span.start ?? 0) - (b.primary?.span.start ?? 0))
    .map(finding => renderDiagnostic({ ...finding, source: loaded.source }));
  return [...new Set(frames)].join('\n\n');
}

/** The plan's text as `qblk plan` prints it. */
export function planOf({ plan, loaded }: CheckedCase): string {
  return planText(plan, loaded.source);
}

/** The chain of each device after a plan's last statement. */
export function plannedChains({ plan }: CheckedCase): string {
  const last = plan.entries.findLast(entry => entry.kind === 'statement');
  return last ? chainLines(last.after) : '';
}

/** A line for each device, in alphabetical order: `disk0: A <- B`. */
export function chainLines(graph: BlockGraph): string {
  const lines = [...deviceChains(graph)].map(([device, chain]) => `${device}: ${chain}`);
  return lines.sort().join('\n');
}
