import { inlined, mistakes, renamed, tokens } from './names.ts';
import { parserRules, TOKEN } from './parser-rules.ts';
import {
  choice,
  literal,
  many,
  optional,
  type Part,
  rebuild,
  rule,
  rulesIn,
  same,
  sequence,
} from './part.ts';

const token = (name: string) => rule(TOKEN + name);
const ARGUMENT = choice([token('KeyValue'), rule('keyedValue')]);
const DEVICE = choice([token('AnyWord'), token('Text'), rule('reference')]);
/** Parts that the parser reads by hand, without a rule that says so. */
const BY_HAND: Readonly<Record<string, Part>> = {
  transcript: choice([sequence([token('Arrow'), rule('RestOfLine')]), token('EmptyPrompt')]),
  transcriptObject: sequence([token('JsonOpen'), rule('RestOfLine')]),
};

/**
 * The parser's grammar as one explains it: without what is there for messages and for one token of lookahead, under
 * names for people, from `script` on in the order of first use. Throws for a token that has no name yet.
 */
export function grammarRules(): Map<string, Part> {
  const parser = parserRules();
  const statement = alternativesOf(parser.get('statement'));
  const rules = new Map(
    [...parser].map(([name, part]) => [name, BY_HAND[name] ?? withoutMistakes(name, part)]),
  );
  for (const [name, part] of rules) {
    rules.set(
      name,
      rebuild(part, inner => simplify(name === 'statement' ? inner : fold(inner, statement, 'statement'))),
    );
  }
  rules.set('argument', ARGUMENT);
  rules.set('device', DEVICE);
  const written = new Map([...rules].map(([name, part]) => [renamed[name] ?? name, writtenOut(part, rules)]));
  return reachable(written, 'script');
}

function alternativesOf(part: Part | undefined): readonly Part[] {
  return part?.kind === 'choice' ? part.parts : part ? [part] : [];
}

function withoutMistakes(name: string, part: Part): Part {
  const dropped = (mistakes[name] ?? []).map(token);
  return rebuild(part, inner =>
    inner.kind === 'choice'
      ? choice(inner.parts.filter(one => !dropped.some(other => same(one, other))))
      : inner,
  );
}

/** A choice that holds all `alternatives` is the rule that they make up, and the rest. */
function fold(part: Part, alternatives: readonly Part[], name: string): Part {
  if (part.kind !== 'choice') return part;
  const isOne = (one: Part) => alternatives.some(other => same(one, other));
  if (part.parts.filter(isOne).length < alternatives.length) return part;
  const first = part.parts.findIndex(isOne);
  const kept = part.parts.filter((one, at) => at === first || !isOne(one));
  return choice(kept.map(one => (isOne(one) ? rule(name) : one)));
}

function simplify(part: Part): Part {
  switch (part.kind) {
    case 'choice':
      return withoutEmptyBraces(fold(part, alternativesOf(ARGUMENT), 'argument'));
    case 'many':
      return lines(part) ?? commas(part) ?? part;
    case 'sequence':
      return withDevice(lastBlock(part.parts)) ?? sequence(lastBlock(part.parts));
    default:
      return part;
  }
}

/** `{}` is a token of its own; objects and blocks can be empty without it. */
function withoutEmptyBraces(part: Part): Part {
  if (part.kind !== 'choice') return part;
  const coverers = [rule('object'), rule('braces')];
  if (!part.parts.some(one => coverers.some(other => same(one, other)))) return part;
  return choice(part.parts.filter(one => !same(one, token('EmptyBraces'))));
}

/** A loop over lines and their ends: the parser demands an end behind each line. */
function lines(part: Part & { kind: 'many' }): Part | undefined {
  const end = token('Separator');
  if (part.part.kind !== 'choice' || !part.part.parts.some(one => same(one, end))) return undefined;
  const line = optional(choice(part.part.parts.filter(one => !same(one, end))));
  return sequence([line, many(sequence([end, line]))]);
}

/** A loop over items, each with a comma or without: the parser demands one between two items. */
function commas(part: Part & { kind: 'many' }): Part | undefined {
  if (part.part.kind !== 'sequence') return undefined;
  const comma = token('Comma');
  const last = part.part.parts.at(-1);
  if (!last || !same(last, optional(comma))) return undefined;
  const item = sequence(part.part.parts.slice(0, -1));
  return optional(sequence([item, many(sequence([comma, item])), optional(comma)]));
}

/** `else if` and `else` in one loop: the parser lets a block be the last only. */
function lastBlock(parts: readonly Part[]): readonly Part[] {
  return parts.flatMap(part => {
    if (part.kind !== 'many' || part.part.kind !== 'sequence') return [part];
    const [head, ways] = part.part.parts;
    if (!head || !same(head, token('Word:else')) || ways?.kind !== 'choice') return [part];
    const [again, last] = ways.parts;
    return again && last ? [many(sequence([head, again])), optional(sequence([head, last]))] : [part];
  });
}

/** `A (: A)? …`: with one token of lookahead the parser knows only at the colon that the first was a device. */
function withDevice(parts: readonly Part[]): Part | undefined {
  const [first, second, ...rest] = parts;
  if (!first || !second || !same(second, optional(sequence([token('Colon'), first])))) return undefined;
  return sequence([optional(sequence([rule('device'), token('Colon')])), first, ...rest]);
}

function writtenOut(part: Part, rules: ReadonlyMap<string, Part>): Part {
  return rebuild(part, inner => {
    if (inner.kind === 'optional' && isOptional(inner.part)) return inner.part;
    if (inner.kind !== 'rule') return inner;
    if (inner.name.startsWith(TOKEN)) return tokenPart(inner.name.slice(TOKEN.length));
    const body = rules.get(inner.name);
    if (inlined.has(inner.name) && body) return writtenOut(body, rules);
    return rule(renamed[inner.name] ?? inner.name);
  });
}

/** Whether a part can be empty as it is. */
function isOptional(part: Part): boolean {
  if (part.kind === 'sequence') return part.parts.every(isOptional);
  return part.kind === 'optional' || (part.kind === 'many' && part.atLeast === 0);
}

function tokenPart(name: string): Part {
  if (name.startsWith('Word:')) return literal(name.slice('Word:'.length));
  const part = tokens[name];
  if (!part) throw new Error(`tools/grammar/names.ts does not say what the parser's token ${name} is`);
  return part;
}

function reachable(rules: ReadonlyMap<string, Part>, start: string): Map<string, Part> {
  const found = new Map<string, Part>();
  const pending = [start];
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    const part = rules.get(name);
    if (!part || found.has(name)) continue;
    found.set(name, part);
    pending.push(...rulesIn(part));
  }
  return found;
}
