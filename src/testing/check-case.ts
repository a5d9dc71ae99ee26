import { check } from '../compile/check.ts';
import type { Carried } from '../compile/evaluate/context.ts';
import type { Plan } from '../compile/plan/plan.ts';
import { noSuchParameter } from '../diagnostics/catalogue/documents.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { deviceChains } from '../printing/chains-text.ts';
import { AS_SYSTEM } from '../qapi/availability.ts';
import { loadSnapshot } from '../qapi/snapshots.ts';
import { checkOn } from '../target/check-on.ts';
import type { Target } from '../target/target.ts';
import type { LoadedCase } from './load-document.ts';

/** `$now` in every tested script, so that what it names is the same on every day. */
export const NOW = new Date(Date.UTC(2026, 4, 1, 3, 0));

/** A target without a QEMU: the bundled schema that the case names, else the newest of a system emulator. */
export function offlineTarget({ qemu = 'newest', program = 'system' }: LoadedCase): Target {
  const schema = loadSnapshot(qemu, program);
  if (!schema) throw new Error(`there is no schema of QEMU ${qemu} for ${program}`);
  return { schema, devices: new Map(), close: async () => {} };
}

export interface CheckOptions {
  /** Whether every parameter has to have a value, as for a run. */
  readonly complete: boolean;
  readonly carried?: Carried;
  /** Whether another script goes on where this one ends, so that jobs may be left. */
  readonly goesOn: boolean;
}

/** Holds a case's script against a target, as `qblk run` does before it sends anything. */
export async function checkCase(
  { parsed, parameters }: LoadedCase,
  target: Target,
  { complete, carried, goesOn }: CheckOptions,
): Promise<Plan> {
  const told = checkOn(target);
  const plan = await check(parsed, {
    ...told,
    whereAvailable: (command, argument) => {
      const where = told.whereAvailable?.(command, argument);
      return target.live ? withNeeds(where) : where;
    },
    parameters,
    now: NOW,
    complete,
    ...(carried ? { carried } : {}),
  });
  if (!goesOn) return plan;
  return { ...plan, findings: plan.findings.filter(finding => !plan.jobsLeft.includes(finding)) };
}

/** With how a document says that a script is for a whole QEMU, where it is only that which a storage daemon lacks. */
function withNeeds(where: string | undefined): string | undefined {
  return where?.endsWith(AS_SYSTEM) ? `${where}; \`needs=qemu\` beside \`qblk\` runs it there alone` : where;
}

/** What is wrong with the parameters that a case's words give. */
export function parameterFindings({ parsed, parameterWords }: LoadedCase): Finding[] {
  const there = parsed.script.statements.flatMap(item =>
    item.kind === 'param' ? [item.parameter.name.text] : [],
  );
  return [...parameterWords].flatMap(([name, { start, text }]) =>
    there.includes(name) ? [] : [noSuchParameter({ start, end: start + text.length }, name, there)],
  );
}

/** The chain of each device after a plan's last statement. */
export function plannedChains({ entries }: Plan): string[] {
  const graphs = new Map<string | undefined, BlockGraph>();
  for (const entry of entries) if (entry.kind === 'statement') graphs.set(entry.target, entry.after);
  if (graphs.size > 1) graphs.delete(undefined);
  return chainLines(graphs);
}

/** A line for each device, in alphabetical order: `disk0: A <- B`, with `@dst` before it where there are several QEMUs. */
export function chainLines(graphs: ReadonlyMap<string | undefined, BlockGraph>): string[] {
  return [...graphs]
    .flatMap(([name, graph]) =>
      [...deviceChains(graph)].map(
        ([device, chain]) => `${name === undefined ? '' : `@${name} `}${device}: ${chain}`,
      ),
    )
    .sort();
}
