import * as say from '../../diagnostics/catalogue/pasted.ts';
import type { Finding } from '../../diagnostics/diagnostic.ts';

const LOOK_AHEAD = 400;

// What documents hold around their commands: markup, headings' underlines, tables, enumerations, quoted code, labels.
const PROSE = [
  /^\.\.(\s|$)/,
  /``/,
  /^(<!--|-->)/,
  /^([-=~^*#])\1{3,}$/,
  /^\+[-+=]{3,}/,
  /^\|/,
  /^\(\w{1,3}\)\s/,
  /^[-*\u2022]\s/,
  /^[A-Z][\w' ]*:(\s|$)/,
  /^:\w+:/,
];
const PICTURE = /^\[[^\]"'{]+\](\s*<-+\s*\[[^\]"'{]+\])*$/;
const SHELL = /^(?:\[[\w.-]+@[^\]]*\]|[\w.-]+@[\w.-]+:\S*|~\]?|[\w.-]+:~)\s?[#$]\s(.+)$/;
const HANDING_ON = /^(virsh|qmp|socat|echo)\s.*\{\s*\\?"execute/;
const ARROW = /^([\u2192\u27f6\u279c\u2190\u27f5])/;

/**
 * What a line is that was pasted along with commands and is none: prose, a drawing, the prompt of another program.
 * Nothing for lines that may be a statement with a mistake in it. `start` is where the line's text begins.
 */
export function explainDocumentLine(text: string, start: number): Finding | undefined {
  const newline = text.indexOf('\n', start);
  const end = Math.min(newline === -1 ? text.length : newline, start + LOOK_AHEAD);
  const line = text.slice(start, end).trimEnd();
  const span = { start, end: start + line.length };
  const first = { start, end: start + (/^\S+/.exec(line)?.[0].length ?? 1) };

  const monitor = /^\(qemu\)\s*(.*)$/.exec(line);
  if (monitor) return say.monitorPrompt(first, monitor[1] ?? '');
  if (PICTURE.test(line)) return say.chainPicture(span, line);
  const shell = SHELL.exec(line);
  if (shell) return say.shellPrompt(first, shell[1] ?? '');
  const handing = HANDING_ON.exec(line);
  if (handing) return say.handedOn(first, handing[1] ?? '');
  const program = text.slice(first.start, first.end);
  if (say.isHostProgram(program)) return say.missingDollar(first, program);
  const arrow = ARROW.exec(line);
  if (arrow) return say.drawnArrow({ start, end: start + 1 }, arrow[1] ?? '');
  return PROSE.some(form => form.test(line)) ? say.documentText(span) : undefined;
}
