import { type IToken, tokenMatcher } from 'chevrotain';
import { familyOf, statementOf } from '../statements/index.ts';
import {
  Assign, At, BlockClose, BlockOpen, Chain, Defer, Else, EmptyBraces, ErrorWord, Expect, For, From, HostOpen, If, JsonOpen,
  Let, Param, PlainWord, Proc, Prompt, Start, Text, Use, Variable, Wait,
} from '../syntax/tokens.ts'; // biome-ignore format: a list of tokens
import { type Callable, callBuiltin, callCommand, callDefined, callProcedure } from './callable.ts';
import { type Literal, readLiteral } from './literal.ts';
import { proceduresAt, type Scene } from './scene.ts';
import { Tokens } from './tokens.ts';
import { readWritten, type Written } from './written.ts';

/** Where in a statement a cursor stands, and what of it has been read. */
export type Spot = { readonly scene: Scene } & (
  | { readonly at: 'verb'; readonly behind?: 'start' | 'let' | 'inner' }
  /** Behind the first of two words. */
  | { readonly at: 'second'; readonly first: string }
  | { readonly at: 'endpoint' }
  | {
      readonly at: 'call';
      readonly callable: Callable;
      readonly written: Written;
      readonly isStarted: boolean;
    }
  /** Behind the word of a statement that the grammar knows, with what stands behind it. */
  | { readonly at: 'word'; readonly word: string; readonly tokens: Tokens }
  | { readonly at: 'message'; readonly literal: Literal }
  | { readonly at: 'program'; readonly words: number }
  | { readonly at: 'nowhere' }
);

type Behind = 'start' | 'let' | 'inner' | undefined;

/** Where the cursor stands behind these tokens of its statement. */
export function spotIn(statement: readonly IToken[], scene: Scene): Spot {
  return read(new Tokens(statement), scene, undefined);
}

function read(tokens: Tokens, scene: Scene, behind: Behind): Spot {
  if (tokens.done) {
    if (scene.typed.form !== 'bare' || scene.typed.key !== undefined) return { at: 'nowhere', scene };
    if (scene.typed.text.startsWith('@')) return { at: 'endpoint', scene };
    return { at: 'verb', scene, ...(behind && { behind }) };
  }
  if (tokens.take(Prompt)) return read(tokens, scene, behind);
  const target = tokens.take(At);
  if (target) return read(tokens, atEndpoint(scene, target.image.slice(1)), behind);
  if (tokens.take(Start)) return read(tokens, scene, 'start');
  if (tokens.take(Defer)) return read(tokens, scene, 'inner');
  if (tokens.take(HostOpen)) {
    let words = 0;
    while (tokens.next()) words++;
    return { at: 'program', words, scene };
  }
  if (tokens.ahead(JsonOpen)) {
    const literal = readLiteral(tokens);
    return literal.open ? { at: 'message', literal, scene } : { at: 'nowhere', scene };
  }
  if (tokens.take(Let)) return readLet(tokens, scene);
  if (tokens.take(Expect)) return readExpect(tokens, scene);
  const word = tokens.take(Chain, Param, Wait, If, For, Proc, Use);
  if (word)
    return tokens.done || word.image !== 'if'
      ? { at: 'word', word: word.image, tokens, scene }
      : readIf(tokens, scene);
  const verb = tokens.take(PlainWord);
  return verb ? readCall(verb.image, tokens, scene, behind === 'start') : { at: 'nowhere', scene };
}

/** What a line is for behind `@name`. */
export function atEndpoint(scene: Scene, endpoint: string): Scene {
  return { ...scene, endpoint, qemu: scene.world.endpoints?.get(endpoint) ?? scene.qemu };
}

function readLet(tokens: Tokens, scene: Scene): Spot {
  if (tokens.done) return { at: 'word', word: 'let', tokens, scene };
  tokens.next();
  if (!tokens.take(Assign)) return { at: 'nowhere', scene };
  if (tokens.done || !tokens.ahead(Text, Variable)) return read(tokens, scene, 'let');
  return { at: 'nowhere', scene };
}

function readExpect(tokens: Tokens, scene: Scene): Spot {
  if (!tokens.take(ErrorWord)) return { at: 'word', word: 'expect', tokens, scene };
  if (tokens.take(Text, Variable) && tokens.done) return { at: 'word', word: 'from', tokens, scene };
  if (tokens.take(From)) return read(tokens, scene, 'inner');
  return { at: tokens.done ? 'word' : 'nowhere', word: 'from', tokens, scene } as Spot;
}

/** Of `if C { … } else if D { … }` the last condition counts. */
function readIf(tokens: Tokens, scene: Scene): Spot {
  const condition: IToken[] = [];
  for (let token = tokens.next(); token; token = tokens.next()) {
    if (!tokenMatcher(token, BlockOpen) && !tokenMatcher(token, EmptyBraces)) {
      condition.push(token);
      continue;
    }
    tokens.take(BlockClose);
    if (tokens.done) return { at: 'word', word: '}', tokens, scene };
    if (!tokens.take(Else)) return { at: 'nowhere', scene };
    if (tokens.done) return { at: 'word', word: 'else', tokens, scene };
    if (!tokens.take(If)) return { at: 'nowhere', scene };
    condition.length = 0;
  }
  return { at: 'word', word: 'if', tokens: new Tokens(condition), scene };
}

function readCall(verb: string, tokens: Tokens, scene: Scene, isStarted: boolean): Spot {
  const spot = (callable: Callable): Spot => ({
    at: 'call',
    callable,
    written: readWritten(tokens),
    isStarted,
    scene,
  });
  const procedure = proceduresAt(scene).get(verb);
  if (procedure) return spot(callProcedure(procedure));
  const builtin = callBuiltin(verb);
  if (builtin && builtin.parameters.length > 0) return spot(builtin);
  if (builtin) return { at: 'word', word: verb, tokens, scene };
  const definition = statementOf(verb);
  if (definition) return spot(callDefined(definition));
  if (familyOf(verb).length > 0) {
    if (tokens.done) return { at: 'second', first: verb, scene };
    const second = statementOf(`${verb} ${tokens.next()?.image}`);
    return second ? spot(callDefined(second)) : { at: 'nowhere', scene };
  }
  return scene.qemu.schema.command(verb) ? spot(callCommand(verb)) : { at: 'nowhere', scene };
}
