import type { PlanSummary } from '../compile/plan/summary.ts';
import { fill } from '../editor/paragraph.ts';
import { chainText } from '../graph/draw.ts';
import { harmless } from '../text/harmless.ts';

/** A plan in a sentence: how much is sent, what becomes of files, and where the guest's data are then. */
export function summaryText(summary: PlanSummary): string[] {
  if (!summary.changes) return ['No changes: nothing is sent that would change anything.'];
  const parts = [`${counted(summary.commands, 'command')}, ${counted(summary.jobs, 'job')}`];
  const perhaps = summary.mayOverwrite.length;
  const over = perhaps > 0 ? ` (${perhaps} perhaps over what is there)` : '';
  const files = [`creates ${counted(summary.creates.length + perhaps, 'file')}${over}`];
  if (summary.overwrites.length > 0) files.push(`overwrites ${summary.overwrites.length}`);
  files.push(`leaves ${summary.unused.length} unused`);
  parts.push(files.join(', '), guestText(summary) + lostText(summary));
  const depends = summary.depends
    ? fill(`What only the run decides comes on top${perhapsText(summary)}.`)
    : [];
  return [...fill(`Plan: ${parts.join('; ')}.`), ...depends];
}

/** What the run may do beyond what is sure; nothing where that only looks. */
function perhapsText({ perhaps: { commands, jobs, files } }: PlanSummary): string {
  if (commands === 0) return '';
  const parts = [`may send ${counted(commands, 'command')}`];
  if (jobs > 0) parts.push(`start ${counted(jobs, 'job')}`);
  if (files > 0) parts.push(`make or overwrite ${counted(files, 'file')}`);
  return `: it ${parts.join(', ').replace(/, (?=[^,]*$)/, ' and ')}`;
}

function guestText({ guest, depends, migrates }: PlanSummary): string {
  if (migrates) return 'the guest goes to another QEMU, and what it finds there is its data from then on';
  if (guest.length === 0) return `the guest's data ${depends ? 'may stay' : 'stay'} where they are`;
  const [first] = guest;
  if (guest.length > 3) return `the chains of ${guest.length} devices change`;
  if (guest.length === 1 && first?.chain === undefined)
    return "where the guest's data are then, only the run shows";
  const places = guest.map(({ user, target, chain }) => {
    const where = chain
      ? chainText(chain.ends ? chain.nodes : ['...', ...chain.nodes])
      : 'what only the run shows';
    return `${where} (${target === undefined ? '' : `@${target} `}${harmless(user)})`;
  });
  return `the guest's data end up in ${places.join(' and ')}`;
}

function lostText({ shrunk }: PlanSummary): string {
  if (shrunk.length === 0) return '';
  return `, but what lies behind the new end of ${shrunk.map(harmless).join(' and ')} is lost`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
