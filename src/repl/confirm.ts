import { planFacts } from '../compile/plan/facts.ts';
import type { Plan } from '../compile/plan/plan.ts';
import { summarize } from '../compile/plan/summary.ts';
import { harmless } from '../text/harmless.ts';

/** What a plan would destroy, a sentence each; none where nothing is lost that cannot be had again. */
export function lossesOf(plan: Plan): string[] {
  const { overwrites, mayOverwrite, invalid, shrunk } = summarize(plan, planFacts(plan));
  const files = (list: typeof overwrites) =>
    list.map(({ filename, node }) => harmless(filename ?? `the file of ${node ?? 'a node'}`)).join(', ');
  return [
    ...(overwrites.length > 0 ? [`overwrites ${files(overwrites)}`] : []),
    ...(mayOverwrite.length > 0 ? [`may overwrite ${files(mayOverwrite)}`] : []),
    ...(invalid.length > 0 ? [`${invalid.map(harmless).join(', ')}: of no use afterwards`] : []),
    ...(shrunk.length > 0 ? [`cuts off the end of ${shrunk.map(harmless).join(', ')}`] : []),
  ];
}

/** Commands under their own names that end QEMU or its guest. */
const ENDING: Readonly<Record<string, string>> = {
  quit: 'ends QEMU itself; to leave the prompt alone: :quit',
  system_reset: 'resets the guest',
  system_powerdown: 'asks the guest to power down',
};

/** What a plan would end, a sentence each. */
export function endingsOf({ entries }: Pick<Plan, 'entries'>): string[] {
  return entries.flatMap(entry => [
    ...(entry.kind === 'statement'
      ? entry.steps.flatMap(({ step }) => (step.kind === 'execute' ? (ENDING[step.command] ?? []) : []))
      : []),
    ...endingsOf(entry),
  ]);
}
