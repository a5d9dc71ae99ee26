import { harmless } from '../text/harmless.ts';
import { maskSecrets } from '../text/secrets.ts';
import { fileAt, lineText, positionAt, type Source, type Span } from '../text/source.ts';
import type { Diagnostic, Finding, Label, Severity } from './diagnostic.ts';

const STYLE: Record<Severity | 'dim' | 'help' | 'bold', string> = {
  error: '\x1b[1;31m',
  warning: '\x1b[1;33m',
  note: '\x1b[1;36m',
  help: '\x1b[1;32m',
  dim: '\x1b[34m',
  bold: '\x1b[1m',
};

interface Mark {
  readonly label: Label;
  readonly file: Source;
  readonly line: number;
  /** Where it begins and ends, in UTF-16 units of its line. */
  readonly from: number;
  readonly to: number;
  readonly primary: boolean;
}

/**
 * The diagnostic as labelled frames over the lines it speaks of, ready for a terminal: every text in it is made
 * harmless. Ends without a newline.
 */
export function renderDiagnostic(diagnostic: Diagnostic, options: { readonly color?: boolean } = {}): string {
  const paint = (style: keyof typeof STYLE, text: string) =>
    options.color ? `${STYLE[style]}${text}\x1b[0m` : text;
  const head = `${paint(diagnostic.severity, `${diagnostic.severity}[${diagnostic.code}]`)}${paint('bold', `: ${prose(diagnostic.message)}`)}`;
  const rows = [head];
  if (diagnostic.source && diagnostic.primary) rows.push(...frame(diagnostic.source, diagnostic, paint));
  for (const note of diagnostic.notes ?? []) rows.push(`${paint('note', 'note')}: ${prose(note)}`);
  for (const help of diagnostic.help ?? []) rows.push(`${paint('help', 'help')}: ${prose(asTyped(help))}`);
  return rows.join('\n');
}

/** Findings as frames, each once, in the order of the text, a blank line between them; empty for none. */
export function framesOf(
  findings: readonly Finding[],
  source: Source | undefined,
  options: { readonly color?: boolean } = {},
): string {
  const frames = [...findings]
    .sort((a, b) => (a.primary?.span.start ?? 0) - (b.primary?.span.start ?? 0))
    .map(finding => renderDiagnostic(source ? { ...finding, source } : finding, options));
  return [...new Set(frames)].join('\n\n');
}

/** The names that QEMU makes up stand in quotes where somebody may type them: `#` begins a comment. */
export function asTyped(help: string): string {
  return help.replace(/(?<!["#\w])#block\d+\b/g, name => `"${name}"`);
}

function prose(text: string): string {
  return maskSecrets(text).split('\n').map(harmless).join('\n      ');
}

function frame(
  source: Source,
  diagnostic: Diagnostic,
  paint: (style: 'dim' | Severity, text: string) => string,
): string[] {
  const labels = [diagnostic.primary, ...(diagnostic.secondary ?? [])].filter(label => label !== undefined);
  const marks = labels.map((label, index) => markOf(source, label, index === 0));
  const width = String(Math.max(1, ...marks.map(mark => mark.line))).length;
  const gutter = (text: string) => paint('dim', `${text.padStart(width + 1)} |`);
  const files = [...new Set(marks.map(mark => mark.file))];
  return files.flatMap((file, index) => {
    const here = marks.filter(mark => mark.file === file);
    const [first] = here;
    const arrow = paint('dim', `${' '.repeat(width)} ${index === 0 ? '-->' : ':::'}`);
    return [
      `${arrow} ${harmless(file.name)}:${first?.line ?? 1}:${(first?.from ?? 0) + 1}`,
      gutter(''),
      ...linesOf(file, here, diagnostic.severity, gutter, paint),
    ];
  });
}

/** The lines of one file that marks stand in, with the marks under them. */
function linesOf(
  file: Source,
  marks: readonly Mark[],
  severity: Severity,
  gutter: (text: string) => string,
  paint: (style: 'dim' | Severity, text: string) => string,
): string[] {
  const rows: string[] = [];
  let previous: number | undefined;
  for (const line of [...new Set(marks.map(mark => mark.line))].sort((a, b) => a - b)) {
    if (previous !== undefined && line > previous + 1) rows.push(paint('dim', '...'));
    const here = marks.filter(candidate => candidate.line === line).sort((a, b) => b.from - a.from);
    const shown = excerpt(lineText(withStars(file), line), here[0]?.from ?? 0);
    rows.push(`${gutter(String(line))} ${visible(shown.text)}`.trimEnd());
    for (const mark of here) {
      const from = shown.column(mark.from);
      const pointer = (mark.primary ? '^' : '-').repeat(Math.max(1, shown.column(mark.to) - from));
      const style = mark.primary ? severity : 'dim';
      const pointed = paint(
        style,
        `${pointer} ${mark.label.text.split('\n').map(harmless).join(' ')}`.trimEnd(),
      );
      rows.push(`${gutter('')} ${' '.repeat(from)}${pointed}`);
    }
    previous = line;
  }
  return rows;
}

const starred = new WeakMap<Source, Source>();

/** A file with its secrets as stars, each character at its place. What makes a secret of one line may stand in another. */
function withStars(file: Source): Source {
  const known = starred.get(file);
  if (known) return known;
  const masked = { name: file.name, text: maskSecrets(file.text) };
  starred.set(file, masked);
  return masked;
}

function markOf(source: Source, label: Label, primary: boolean): Mark {
  const start = positionAt(source, label.span.start);
  const { file } = fileAt(source, label.span.start);
  const text = lineText(file, start.line);
  const from = start.column - 1;
  return { label, file, primary, line: start.line, from, to: endOnLine(label.span, from, text) };
}

const LONGEST_LINE = 160;

/** A line as it is shown: the whole of it, or of a very long one the part around `at`. Columns are those on the screen. */
function excerpt(line: string, at: number): { readonly text: string; column(offset: number): number } {
  if (line.length <= LONGEST_LINE) return { text: line, column: offset => columns(line.slice(0, offset)) };
  const start = Math.max(0, Math.min(at - LONGEST_LINE / 3, line.length - LONGEST_LINE));
  const from = Math.floor(start);
  const before = from > 0 ? '…' : '';
  const text = `${before}${line.slice(from, from + LONGEST_LINE)}${from + LONGEST_LINE < line.length ? '…' : ''}`;
  const inside = (offset: number) => Math.min(Math.max(offset - from, 0), LONGEST_LINE) + before.length;
  return { text, column: offset => columns(text.slice(0, inside(offset))) };
}

/** A label over several lines is drawn under the first of them. */
function endOnLine(span: Span, from: number, text: string): number {
  return Math.min(Math.max(text.length, from), from + span.end - span.start);
}

function visible(text: string): string {
  return harmless(text.replaceAll('\t', '    '));
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;

/** How many terminal columns a text takes: wide characters take two, combining marks none. */
function columns(text: string): number {
  const shown = visible(text);
  const wide = shown.match(WIDE)?.length ?? 0;
  const combining = shown.match(/\p{Mn}/gu)?.length ?? 0;
  return shown.length + wide - combining;
}
