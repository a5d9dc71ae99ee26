import { type IToken, type TokenType, tokenMatcher } from 'chevrotain';

/** A statement's tokens up to the cursor, read one after the other. */
export class Tokens {
  readonly #list: readonly IToken[];
  #at = 0;

  constructor(list: readonly IToken[]) {
    this.#list = list;
  }

  get done(): boolean {
    return this.#at >= this.#list.length;
  }

  next(): IToken | undefined {
    return this.#list[this.#at++];
  }

  /** Whether the next token is of one of these types. */
  ahead(...types: readonly TokenType[]): boolean {
    const token = this.#list[this.#at];
    return token !== undefined && types.some(type => tokenMatcher(token, type));
  }

  /** The next token where it is of one of these types; else nothing is read. */
  take(...types: readonly TokenType[]): IToken | undefined {
    return this.ahead(...types) ? this.next() : undefined;
  }
}
