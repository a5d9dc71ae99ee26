const BEGIN = '\x1b[200~';
const END = '\x1b[201~';

/** A piece of what a terminal sends: keys as they come, or a whole pasted text. */
export type Piece = { readonly keys: string } | { readonly pasted: string };

/**
 * Takes pasted texts, which a terminal brackets, out of what it sends, wherever the chunks are cut. It takes the same time for
 * each byte, however long the text is.
 */
export class PasteSplitter {
  /** What may be the beginning of a bracket. */
  #held = '';
  #pasted: string[] | undefined;

  /** Whether something is kept back that is a key unless more of it comes. */
  get holds(): boolean {
    return this.#pasted === undefined && this.#held !== '';
  }

  feed(chunk: string): Piece[] {
    const pieces: Piece[] = [];
    let rest = this.#held + chunk;
    this.#held = '';
    while (rest) {
      const bracket = this.#pasted ? END : BEGIN;
      const at = rest.indexOf(bracket);
      const until = at >= 0 ? at : rest.length - beginningAtEnd(rest, bracket);
      const before = rest.slice(0, until);
      if (this.#pasted) this.#pasted.push(before);
      else if (before) pieces.push({ keys: before });
      if (at < 0) {
        this.#held = rest.slice(until);
        return pieces;
      }
      if (this.#pasted) pieces.push({ pasted: this.#pasted.join('') });
      this.#pasted = this.#pasted ? undefined : [];
      rest = rest.slice(at + bracket.length);
    }
    return pieces;
  }

  /** What was kept back, as keys: no more of it comes. */
  flush(): Piece[] {
    if (!this.holds) return [];
    const keys = this.#held;
    this.#held = '';
    return [{ keys }];
  }
}

/** How many characters at the end of the text begin the bracket. */
function beginningAtEnd(text: string, bracket: string): number {
  for (let length = Math.min(bracket.length - 1, text.length); length > 0; length--) {
    if (bracket.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
