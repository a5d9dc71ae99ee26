import * as problems from '../../diagnostics/catalogue/surroundings.ts';
import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { HostStatement, Text, VerbStatement } from '../../syntax/ast.ts';
import { guestCommandProblem } from '../evaluate/outside/guest.ts';
import { type HostRules, hostProblem, type KnownWord } from '../evaluate/outside/host-rules.ts';

/** Holds a `$` line against what may be run, as far as its words are written out. */
export function bindHost(statement: HostStatement, host: HostRules = {}): Finding[] {
  const [program, ...words] = statement.words.map(knownWord);
  const problem = program && hostProblem(program, words, host);
  return problem ? [problem] : [];
}

function knownWord({ parts, span }: Text): KnownWord {
  const isWritten = parts.every(part => typeof part === 'string');
  return { text: isWritten ? parts.join('') : undefined, span };
}

/** Holds `io` and `restart` against where the QEMU is, and against what a guest can do. */
export function bindGuest({ verb, words, span }: VerbStatement, { place }: HostRules = {}): Finding[] {
  if (verb.text !== 'io' && verb.text !== 'restart') return [];
  if (place === 'here' || place === 'elsewhere') return [problems.sandboxOnly(verb.span, verb.text)];
  const [first, ...commands] = words;
  if (verb.text === 'restart') return first ? [problems.restartAlone(first.span)] : [];
  if (commands.length === 0) return [problems.guestWhat(span)];
  return commands.flatMap(word => {
    const text = word.kind === 'text' ? knownWord(word).text : word.kind === 'bare' ? word.text : undefined;
    return (text === undefined ? undefined : guestCommandProblem(text, word)) ?? [];
  });
}
