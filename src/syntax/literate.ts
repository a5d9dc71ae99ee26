/** A fenced block of a Markdown text. Offsets count in the whole text. */
export interface Fence {
  /** The first word behind the opening marks; empty where there is none. */
  readonly word: string;
  /** What follows that word, in words. */
  readonly rest: readonly FenceWord[];
  /** Where the opening marks stand, and the line of them, counted from 1. */
  readonly start: number;
  readonly line: number;
  /** The end of the opening line. */
  readonly lineEnd: number;
  /** What is inside, freed from what the lines of a quote or a list begin with; each line ends in `\n`. */
  readonly text: string;
  /** The same with white space in the place of what was taken away, so that its offsets count from `from`. */
  readonly padded: string;
  /** The whole lines between the opening and the closing one. */
  readonly from: number;
  readonly to: number;
  /** What each line inside begins with, in a quote or a list. */
  readonly prefix: string;
  readonly closed: boolean;
  /** The nearest heading above; empty before the first. */
  readonly heading: string;
}

/** A word of an info string, with its place. */
export interface FenceWord {
  readonly text: string;
  readonly start: number;
}

const OPENING = /^(`{3,})([^`]*)$|^(~{3,})(.*)$/;
const HEADING = /^#{1,6}(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const ITEM = /^(?:[-*+]|\d{1,9}[.)])(?= )/;

interface Opened {
  readonly marks: string;
  readonly quotes: number;
  readonly base: number;
  readonly indent: number;
  readonly fence: Omit<Fence, 'text' | 'padded' | 'to' | 'prefix' | 'closed'>;
  readonly texts: string[];
  readonly padded: string[];
}

/** The fenced blocks of a Markdown text, as CommonMark has them: also in quotes and lists, never in comments or indented code. */
export function readFences(text: string): Fence[] {
  return new FenceReader(text).read();
}

class FenceReader {
  readonly #text: string;
  readonly #fences: Fence[] = [];
  #heading = '';
  /** The columns at which the contents of the open lists begin. */
  #lists: number[] = [];
  #quotes = 0;
  #inComment = false;
  #opened: Opened | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Fence[] {
    let line = 1;
    // A byte order mark is no part of the first line.
    for (let start = this.#text.startsWith('\uFEFF') ? 1 : 0; start < this.#text.length; line++) {
      const newline = this.#text.indexOf('\n', start);
      const next = newline === -1 ? this.#text.length : newline + 1;
      const raw = this.#text.slice(start, newline === -1 ? next : newline).replace(/\r$/, '');
      if (this.#opened) this.#inside(this.#opened, raw, start, line, next);
      else this.#outside(raw, start, line, next);
      start = next;
    }
    if (this.#opened) this.#close(this.#opened, this.#text.length, undefined);
    return this.#fences;
  }

  #outside(raw: string, start: number, line: number, next: number): void {
    if (this.#inComment) {
      this.#inComment = !raw.includes('-->');
      return;
    }
    const quote = quotesOf(raw, Number.POSITIVE_INFINITY);
    if (quote.count !== this.#quotes) this.#lists = [];
    this.#quotes = quote.count;
    let at = quote.length;
    const content = raw.slice(at);
    if (content.trim() === '') return;
    let indent = indentOf(content);
    while (this.#lists.length > 0 && indent < (this.#lists.at(-1) ?? 0)) this.#lists.pop();
    at += spacesOf(content);
    for (;;) {
      if (indent - (this.#lists.at(-1) ?? 0) > 3) return;
      const item = ITEM.exec(raw.slice(at));
      if (!item) break;
      const spaces = spacesOf(raw.slice(at + item[0].length));
      const gap = spaces > 4 ? 1 : spaces;
      at += item[0].length + gap;
      indent += item[0].length + gap;
      this.#lists.push(indent);
      if (spaces > 4) return;
    }
    const rest = raw.slice(at);
    if (rest.startsWith('<!--')) this.#inComment = !rest.includes('-->', 4);
    const heading = HEADING.exec(rest);
    if (heading) this.#heading = (heading[1] ?? '').trim();
    const opening = OPENING.exec(rest);
    if (!opening) return;
    const marks = opening[1] ?? opening[3] ?? '';
    const words = wordsOf(opening[2] ?? opening[4] ?? '', start + at + marks.length);
    const base = this.#lists.at(-1) ?? 0;
    this.#opened = {
      marks,
      quotes: quote.count,
      base,
      indent: indent - base,
      fence: {
        word: words[0]?.text ?? '',
        rest: words.slice(1),
        start: start + at,
        line,
        lineEnd: start + raw.length,
        from: next,
        heading: this.#heading,
      },
      texts: [],
      padded: [],
    };
  }

  #inside(opened: Opened, raw: string, start: number, line: number, next: number): void {
    const { marks, quotes, base, indent } = opened;
    const quote = quotesOf(raw, quotes);
    const content = raw.slice(quote.length);
    const isBlank = content.trim() === '';
    if (quote.count < quotes || (!isBlank && indentOf(content) < base)) {
      // The quote or the list ends here, and with it all that is in it.
      this.#close(opened, start, undefined);
      this.#outside(raw, start, line, next);
      return;
    }
    const own = content.slice(Math.min(base, spacesOf(content)));
    const closing = /^( {0,3})(`+|~+)[ \t]*$/.exec(own);
    if (closing?.[2]?.startsWith(marks)) {
      const lead = raw.length - own.length + (closing[1] ?? '').length;
      this.#close(opened, start, raw.slice(0, lead));
      return;
    }
    const stripped = own.slice(Math.min(indent, spacesOf(own)));
    opened.texts.push(`${stripped}\n`);
    opened.padded.push(`${stripped.padStart(raw.length).padEnd(next - start - 1)}\n`);
  }

  #close({ fence, texts, padded }: Opened, to: number, prefix: string | undefined): void {
    this.#opened = undefined;
    this.#fences.push({
      ...fence,
      text: texts.join(''),
      padded: padded.join(''),
      to: Math.max(to, fence.from),
      prefix: prefix ?? '',
      closed: prefix !== undefined,
    });
  }
}

/** The quote marks that a line begins with, `most` at the most. */
function quotesOf(raw: string, most: number): { count: number; length: number } {
  let length = 0;
  let count = 0;
  while (count < most) {
    const mark = /^ {0,3}> ?/.exec(raw.slice(length));
    if (!mark) break;
    length += mark[0].length;
    count++;
  }
  return { count, length };
}

function spacesOf(text: string): number {
  return /^ */.exec(text)?.[0].length ?? 0;
}

/** A tab makes whatever follows it indented code. */
function indentOf(text: string): number {
  const spaces = spacesOf(text);
  return text[spaces] === '\t' ? spaces + 4 : spaces;
}

function wordsOf(info: string, start: number): FenceWord[] {
  return [...info.matchAll(/\S+/g)].map(match => ({ text: match[0], start: start + match.index }));
}
