import { parameterTypes } from '../compile/evaluate/parameters.ts';
import { subjects } from '../compile/evaluate/show.ts';
import { Colon, Comma, In, ParenOpen } from '../syntax/tokens.ts';
import { chainCandidates } from './chains.ts';
import type { Candidate } from './completion.ts';
import { conditionCandidates, queries } from './conditions.ts';
import { readLiteral } from './literal.ts';
import type { Scene } from './scene.ts';
import { bitmaps, devices, exports, jobs, nodes, paths, words } from './things.ts';
import type { Tokens } from './tokens.ts';

/** What goes on with a statement that the grammar knows by its word. */
export function languageCandidates(word: string, tokens: Tokens, scene: Scene): Candidate[] {
  switch (word) {
    case 'expect':
    case 'wait':
    case 'if':
      return conditionCandidates(word, tokens, scene);
    case 'chain':
      return scene.typed.form === 'variable' ? [] : chainCandidates(tokens, scene);
    case 'use':
      return tokens.done && scene.typed.key === undefined ? paths(scene) : [];
    case 'show':
      return shown(tokens, scene);
    case 'param':
      return parameter(tokens, scene);
    case 'proc':
      return parameters(tokens, scene);
    case 'for':
      return list(tokens, scene);
    case 'from':
      return isWord(scene) ? words(['from'], 'the statement that fails') : [];
    case 'else':
      return isWord(scene) ? words(['if'], 'another condition') : [];
    case '}':
      return isWord(scene) ? words(['else'], 'where it does not hold') : [];
    default:
      return [];
  }
}

function isWord({ typed }: Scene): boolean {
  return typed.form === 'bare' && typed.key === undefined;
}

function shown(tokens: Tokens, scene: Scene): Candidate[] {
  if (!isWord(scene)) return [];
  if (tokens.done) return words(subjects, 'what the QEMU has');
  const subject = String(readLiteral(tokens).value);
  if (!tokens.done) return [];
  switch (subject) {
    case 'chain':
      return [...devices(scene), ...exports(scene), ...nodes(scene)];
    case 'nodes':
      return nodes(scene);
    case 'jobs':
      return jobs(scene);
    case 'bitmaps':
      return [...bitmaps(scene, undefined), ...nodes(scene)];
    case 'exports':
      return exports(scene);
    default:
      return [];
  }
}

/** `NAME: TYPE = DEFAULT`, read as far as the type. */
function parameter(tokens: Tokens, scene: Scene): Candidate[] {
  tokens.next();
  if (!tokens.take(Colon) || !tokens.done) return [];
  return isWord(scene) ? words(parameterTypes, 'a type') : [];
}

/** The last one of `NAME(PARAMETER, …)`. */
function parameters(tokens: Tokens, scene: Scene): Candidate[] {
  tokens.next();
  if (!tokens.take(ParenOpen)) return [];
  while (!tokens.done) {
    const types = parameter(tokens, scene);
    if (tokens.done) return types;
    while (!tokens.done && !tokens.take(Comma)) tokens.next();
  }
  return [];
}

function list(tokens: Tokens, scene: Scene): Candidate[] {
  tokens.next();
  if (!isWord(scene)) return [];
  if (tokens.done) return words(['in'], 'the list');
  return tokens.take(In) && tokens.done ? queries(scene) : [];
}
