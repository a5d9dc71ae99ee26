import type { LoggedEntry, SessionLog } from './session-log.ts';

/** The session as a Markdown document that `qblk test` runs: a fence an entry, with what came of it. */
export function documentOf({ start, entries }: SessionLog): string {
  const fences = entries.map((entry, at) => fenceOf(entry, at === 0 ? start : []));
  return `# A session\n\n${fences.map((fence, at) => fence.replace('```qblk', at === 0 ? '```qblk' : '```qblk continue')).join('\n\n')}\n`;
}

function fenceOf({ text, outcome, output, failure }: LoggedEntry, head: readonly string[]): string {
  const hasFailed = outcome !== 'done';
  const lines = [`\`\`\`qblk${hasFailed ? ' fails' : ''}`, ...head, text, '```'];
  const printed = output.map(stable).join('\n');
  if (printed !== '') lines.push('```output', printed, '```');
  // Below its first line a frame counts the lines of the whole document.
  if (failure !== undefined) lines.push('```failure', failure.split('\n')[0] ?? '', '...', '```');
  return lines.join('\n');
}

/** What another run prints as well: the members of JSON are many, and most are numbers of that one moment. */
function stable(text: string): string {
  return /^[[{]/.test(text) ? '...' : text;
}
