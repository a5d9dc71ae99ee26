import type { Span } from '../../text/source.ts';
import { type Finding, withFix } from '../diagnostic.ts';
import { error, quote } from './syntax-lexical.ts';

/** Programs that documents of QEMU have their readers run on the host. */
export function isHostProgram(word: string): boolean {
  return /^(?:[\w./-]*\/)?(?:qemu-(?:img|io|nbd|kvm|system-\w+|storage-daemon)|qmp-shell|virsh|sudo|systemctl)$/.test(
    word,
  );
}

/** A line of a document's prose, markup or drawings, pasted along with its commands. */
export function documentText(span: Span): Finding {
  return error(
    'document-text',
    span,
    'this line is text of a document, not a statement',
    'no command',
    'paste the lines behind `(QEMU)`, `->` and `$` only, or make this line a comment with `#`',
  );
}

/** `[A] <-- [B]` without its verb. */
export function chainPicture(span: Span, picture: string): Finding {
  return error(
    'document-text',
    span,
    'this line draws a chain, and says nothing about it',
    'no verb before it',
    `to demand this chain before anything is sent write \`chain ${picture}\``,
    `to state that it is there now write \`expect chain ${picture}\``,
  );
}

/** `(qemu) info block`: a command of the human monitor. */
export function monitorPrompt(span: Span, command: string): Finding {
  return error(
    'monitor-prompt',
    span,
    '`(qemu)` is the prompt of the human monitor, whose commands are not QMP',
    'not the prompt of QMP, which is `(QEMU)`',
    command === ''
      ? 'remove the prompt'
      : `write \`human-monitor-command command-line="${command.replaceAll('"', '\\"')}"\`, which a qemu-storage-daemon has not`,
  );
}

/** What to do about a program that a document has its readers start, where it is none of QEMU's image tools. */
export function adviceOn(program: string): string | undefined {
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (/^qemu-(kvm|system-\w+|storage-daemon)$/.test(name))
    return 'a script starts no QEMU: start it with `-qmp unix:PATH,server=on,wait=off` and give `--qmp PATH`, or run the script with `--sandbox`';
  if (name === 'qmp-shell') return 'qblk takes its place: remove this line';
  return undefined;
}

/** A program of the host without its `$`. */
export function missingDollar(span: Span, program: string): Finding {
  const advice = adviceOn(program);
  const finding = error(
    'missing-dollar',
    span,
    `${quote(program)} is a program of the host, not a statement`,
    'no `$` before it',
    advice ?? `write it behind \`$ \`, as in \`$ ${program} …\``,
  );
  const isTool = /(^|\/)qemu-(img|io|nbd)$/.test(program);
  return withFix(finding, isTool ? [{ span: { start: span.start, end: span.start }, text: '$ ' }] : []);
}

/** `virsh qemu-monitor-command vm '{…}'`, or another program that hands a command on to QEMU. */
export function handedOn(span: Span, program: string): Finding {
  return error(
    'missing-dollar',
    span,
    `${quote(program)} is a program of the host, which hands a command on to QEMU`,
    'not needed here',
    'write the command alone: its `{"execute": …}`, or its name and `key=value`',
  );
}

/** The line of a shell with the prompt of a terminal. */
export function shellPrompt(span: Span, line: string): Finding {
  return error(
    'missing-dollar',
    span,
    'this is the prompt of a shell',
    'not a statement',
    `a program of the host is run by a line that begins with \`$ \`: \`$ ${line}\``,
  );
}

/** An arrow drawn as one character, where a document's prompt was `->`, or its mark of a reply `<-`. */
export function drawnArrow(span: Span, arrow: string): Finding {
  const plain = /[\u2192\u27f6\u279c]/.test(arrow) ? '->' : '<-';
  return error(
    'document-text',
    span,
    `${quote(arrow)} is a drawn arrow`,
    'one character',
    `write it with two characters: \`${plain}\``,
  );
}
