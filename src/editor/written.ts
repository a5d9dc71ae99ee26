import {
  BlockClose, BlockOpen, Else, EmptyBraces, KeyOpen, KeyValue, Then, Within,
} from '../syntax/tokens.ts'; // biome-ignore format: a list of tokens
import { type Literal, readLiteral } from './literal.ts';
import type { Tokens } from './tokens.ts';

/** What stands behind a verb, up to the cursor. */
export interface Written {
  readonly words: readonly unknown[];
  readonly arguments: ReadonlyMap<string, unknown>;
  /** A list or an object that the cursor stands in; `key` where it is an argument's. */
  readonly open?: Literal & { readonly key?: string };
  readonly hasEnding: boolean;
  readonly hasLimit: boolean;
  readonly hasBlock: boolean;
  /** What the cursor stands behind. */
  readonly behind: 'arguments' | 'then' | 'ending' | 'within' | 'limit' | 'else' | 'end';
}

/** Reads the arguments, the ending and the limit of a statement. */
export function readWritten(tokens: Tokens): Written {
  const words: unknown[] = [];
  const given = new Map<string, unknown>();
  let behind: Written['behind'] = 'arguments';
  let hasEnding = false;
  let hasLimit = false;
  let hasBlock = false;
  let open: Written['open'];
  while (!tokens.done) {
    if (tokens.take(Then)) {
      behind = tokens.next() ? 'ending' : 'then';
      hasEnding = true;
    } else if (tokens.take(Within)) {
      behind = tokens.next() ? 'limit' : 'within';
      hasLimit = true;
    } else if (tokens.take(Else)) {
      const isBlock = tokens.ahead(BlockOpen, EmptyBraces);
      behind = tokens.next() ? 'end' : 'else';
      if (!isBlock && behind === 'end') behind = 'ending';
    } else if (tokens.take(BlockOpen, BlockClose, EmptyBraces)) {
      hasBlock = true;
    } else {
      const pair = tokens.take(KeyValue, KeyOpen)?.image;
      const key = pair?.slice(0, pair.indexOf('='));
      if (pair !== undefined && key !== undefined && !pair.endsWith('=')) {
        given.set(key, pair.slice(key.length + 1));
        continue;
      }
      const literal = readLiteral(tokens);
      if (literal.open) open = { ...literal, ...(key === undefined ? {} : { key }) };
      if (key === undefined) words.push(literal.value);
      else given.set(key, literal.value);
    }
  }
  return {
    words,
    arguments: given,
    hasEnding,
    hasLimit,
    hasBlock,
    behind,
    ...(open === undefined ? {} : { open }),
  };
}
