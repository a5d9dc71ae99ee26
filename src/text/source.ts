/** A half-open range of UTF-16 offsets into one source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * A text with the name that diagnostics show for it: a path as the user gave it, `-` or `-c`. The offsets of the files that it
 * uses go on behind its own, so that one number names a place in any of them.
 */
export interface Source {
  readonly name: string;
  readonly text: string;
  /** Every file that it uses, directly or through others, in the order of their offsets. */
  readonly used?: readonly UsedFile[];
}

/** A file that a source uses. */
export interface UsedFile {
  readonly file: Source;
  /** The offset that its text begins at. */
  readonly start: number;
  /** Further names that it is used by: paths may lead to one file in several ways. */
  readonly otherNames?: readonly string[];
  /** Whether it is the source's own text, which begins elsewhere than at 0: a script inside a document. */
  readonly isOwn?: boolean;
}

/** A place in a text as people count it: both numbers begin at 1, columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const lineStartsOf = new WeakMap<Source, readonly number[]>();

/** The offsets at which the lines of `source` begin. Worked out once per source, when first asked for. */
export function lineStarts(source: Source): readonly number[] {
  const known = lineStartsOf.get(source);
  if (known) return known;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1))
    starts.push(at + 1);
  lineStartsOf.set(source, starts);
  return starts;
}

/** The file that an offset lies in: the source itself, or one that it uses. */
export function fileAt(source: Source, offset: number): UsedFile {
  return source.used?.findLast(({ start }) => start <= offset) ?? { file: source, start: 0 };
}

/** Where the offsets of one more used file begin: a place behind the end, which belongs to the file that it ends. */
export function endOf({ text, used }: Pick<Source, 'text' | 'used'>): number {
  const last = used?.at(-1);
  return (last ? last.start + last.file.text.length : text.length) + 1;
}

/** What stands at `span`, in whichever file that is. */
export function textAt(source: Source, { start, end }: Span): string {
  const found = fileAt(source, start);
  return found.file.text.slice(start - found.start, end - found.start);
}

/** The place of `offset` as people write it: its line, behind the name of its file where that is a used one. */
export function placeOf(source: Source, offset: number): string {
  const { line } = positionAt(source, offset);
  const { file, isOwn } = fileAt(source, offset);
  return file === source || isOwn ? String(line) : `${file.name}:${line}`;
}

/** The place of `offset` for machines: its line, and its file where that is a used one. */
export function placeRecord(
  source: Source,
  offset: number,
): { readonly file?: string; readonly line: number } {
  const { line } = positionAt(source, offset);
  const { file } = fileAt(source, offset);
  return file === source ? { line } : { file: file.name, line };
}

/** The line and column of `offset` in its file; it may equal the length of the text. */
export function positionAt(source: Source, offset: number): Position {
  const { file, start } = fileAt(source, offset);
  return positionIn(file, offset - start);
}

function positionIn(source: Source, offset: number): Position {
  const starts = lineStarts(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** The text of a line, counted from 1, without its line ending. */
export function lineText(source: Source, line: number): string {
  const starts = lineStarts(source);
  const start = starts[line - 1] ?? source.text.length;
  const end = starts[line] ?? source.text.length;
  return source.text.slice(start, end).replace(/\r?\n$/, '');
}

/** The smallest span that holds both. */
export function cover(first: Span, last: Span): Span {
  return { start: Math.min(first.start, last.start), end: Math.max(first.end, last.end) };
}
