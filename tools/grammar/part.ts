/** A piece of a grammar rule, as EBNF and railroad diagrams both draw it. */
export type Part =
  /** The very characters. */
  | { readonly kind: 'literal'; readonly text: string }
  /** A rule of the grammar, or of the lexer. */
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Part[] }
  | { readonly kind: 'choice'; readonly parts: readonly Part[] }
  | { readonly kind: 'optional'; readonly part: Part }
  | { readonly kind: 'many'; readonly part: Part; readonly atLeast: 0 | 1 };

export const literal = (text: string): Part => ({ kind: 'literal', text });
export const rule = (name: string): Part => ({ kind: 'rule', name });
export const optional = (part: Part): Part => ({ kind: 'optional', part });
export const many = (part: Part, atLeast: 0 | 1 = 0): Part => ({ kind: 'many', part, atLeast });

/** A sequence without sequences in it; of one part it is that part. */
export function sequence(parts: readonly Part[]): Part {
  const flat = parts.flatMap(part => (part.kind === 'sequence' ? part.parts : [part]));
  const [only] = flat;
  return flat.length === 1 && only ? only : { kind: 'sequence', parts: flat };
}

/** A choice without choices in it and without the same alternative twice; of one part it is that part. */
export function choice(parts: readonly Part[]): Part {
  const flat = parts.flatMap(part => (part.kind === 'choice' ? part.parts : [part]));
  const distinct = flat.filter((part, at) => flat.findIndex(other => same(part, other)) === at);
  const [only] = distinct;
  return distinct.length === 1 && only ? only : { kind: 'choice', parts: distinct };
}

export function same(one: Part, other: Part): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The part rebuilt from the inside out, each piece of it as `change` gives it back. */
export function rebuild(part: Part, change: (part: Part) => Part): Part {
  switch (part.kind) {
    case 'sequence':
      return change(sequence(part.parts.map(inner => rebuild(inner, change))));
    case 'choice':
      return change(choice(part.parts.map(inner => rebuild(inner, change))));
    case 'optional':
      return change(optional(rebuild(part.part, change)));
    case 'many':
      return change(many(rebuild(part.part, change), part.atLeast));
    default:
      return change(part);
  }
}

/** The names of the rules that a part refers to, in the order of the text, each once. */
export function rulesIn(part: Part): string[] {
  switch (part.kind) {
    case 'rule':
      return [part.name];
    case 'literal':
      return [];
    case 'sequence':
    case 'choice':
      return [...new Set(part.parts.flatMap(rulesIn))];
    default:
      return rulesIn(part.part);
  }
}
