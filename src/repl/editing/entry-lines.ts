const ALWAYS_ASKED = 64;

/**
 * Joins lines to entries, each as long as `isOpen` says. A block of thousands of lines is not looked through again for each of
 * them: it is asked about where its brackets are even, and otherwise now and then.
 */
export class EntryLines {
  readonly #isOpen: (text: string) => boolean;
  #lines: string[] = [];
  #depth = 0;
  #next = 0;

  constructor(isOpen: (text: string) => boolean) {
    this.#isOpen = isOpen;
  }

  /** Whether an entry has begun. */
  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** The entry that the line ends, if it ends one. Blank lines between entries are none. */
  add(line: string): string | undefined {
    if (this.isEmpty && line.trim() === '') return undefined;
    this.#lines.push(line);
    this.#depth += bracketsOf(line);
    const count = this.#lines.length;
    if (count > ALWAYS_ASKED && this.#depth > 0 && count < this.#next) return undefined;
    const text = this.#lines.join('\n');
    this.#next = count * 2;
    return this.#isOpen(text) ? undefined : this.rest();
  }

  /** What there is of an entry that nothing follows; undefined for none. */
  rest(): string | undefined {
    const text = this.isEmpty ? undefined : this.#lines.join('\n');
    this.#lines = [];
    this.#depth = 0;
    this.#next = 0;
    return text;
  }
}

/** How many brackets a line opens beyond those that it closes, outside of strings and of a comment. */
function bracketsOf(line: string): number {
  const code = line.replace(/"(?:\\.|[^"\\])*"|'[^']*'|(?:^|\s)#.*/g, '');
  return (code.match(/[{[(]/g)?.length ?? 0) - (code.match(/[}\])]/g)?.length ?? 0);
}
