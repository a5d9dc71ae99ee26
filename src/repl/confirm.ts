import { needsAllowance } from '../commands/allowance.ts';
import { planFacts } from '../compile/plan/facts.ts';
import type { Plan } from '../compile/plan/plan.ts';
import { summarize } from '../compile/plan/summary.ts';
import type { ExecuteStep } from '../statements/step.ts';
import { harmless } from '../text/harmless.ts';

/** What a plan would destroy, a sentence each; none where nothing is lost that cannot be had again. */
export function lossesOf(plan: Plan): string[] {
  const { overwrites, mayOverwrite, invalid, shrunk } = summarize(plan, planFacts(plan));
  const files = (list: typeof overwrites) =>
    list.map(({ filename, node }) => harmless(filename ?? `the file of ${node ?? 'a node'}`)).join(', ');
  return [
    ...(overwrites.length > 0 ? [`overwrites ${files(overwrites)}`] : []),
    ...(mayOverwrite.length > 0 ? [`may overwrite ${files(mayOverwrite)}`] : []),
    ...(invalid.length > 0 ? [`makes ${invalid.map(harmless).join(', ')} useless`] : []),
    ...(shrunk.length > 0 ? [`cuts off the end of ${shrunk.map(harmless).join(', ')}`] : []),
  ];
}

/** Commands under their own names that end QEMU or its guest. */
const ENDING: Readonly<Record<string, string>> = {
  quit: 'ends QEMU itself; to leave the prompt alone: :quit',
  device_del: 'takes a device away from the guest',
  system_reset: 'resets the guest',
  system_powerdown: 'asks the guest to power down',
};

/** What a plan would end, a sentence each. */
export function endingsOf(plan: Pick<Plan, 'entries'>): string[] {
  return commandsOf(plan).flatMap(({ command }) => ENDING[command] ?? []);
}

/** The commands under their own names that reach beyond the block layer and that nobody has allowed so far, a sentence for all. */
export function reachesOf(plan: Plan, allowed: ReadonlySet<string>): string[] {
  const needs = commandsOf(plan).flatMap(({ command, arguments: members, raw }) =>
    raw ? (needsAllowance(command, members, allowed)?.command ?? []) : [],
  );
  if (needs.length === 0) return [];
  return [`sends ${[...new Set(needs)].join(', ')}, which can do more than block devices are about`];
}

function commandsOf({ entries }: Pick<Plan, 'entries'>): ExecuteStep[] {
  return entries.flatMap(entry => [
    ...(entry.kind === 'statement'
      ? entry.steps.flatMap(({ step }) => (step.kind === 'execute' ? step : []))
      : []),
    ...commandsOf(entry),
  ]);
}
