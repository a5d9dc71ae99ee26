import type { LexicalRule } from './lexical.ts';
import type { Part } from './part.ts';

const WIDTH = 100;

/** A part in the EBNF of the W3C, on one line. */
export function ebnfOf(part: Part): string {
  switch (part.kind) {
    case 'literal':
      return part.text.includes("'") ? `"${part.text}"` : `'${part.text}'`;
    case 'rule':
      return part.name;
    case 'sequence':
      return part.parts.map(one => (one.kind === 'choice' ? `( ${ebnfOf(one)} )` : ebnfOf(one))).join(' ');
    case 'choice':
      return part.parts.map(ebnfOf).join(' | ');
    case 'optional':
      return `${firm(part.part)}?`;
    case 'many':
      return `${firm(part.part)}${part.atLeast === 1 ? '+' : '*'}`;
  }
}

function firm(part: Part): string {
  return part.kind === 'literal' || part.kind === 'rule' ? ebnfOf(part) : `( ${ebnfOf(part)} )`;
}

/** A rule with its note above it, its alternatives on lines of their own where one line is too short for them. */
export function ruleText(name: string, part: Part, column: number, note?: string): string {
  const head = `${name.padEnd(column)} ::=`;
  const margin = ' '.repeat(column);
  const whole = ebnfOf(part);
  const pieces =
    head.length + 1 + whole.length <= WIDTH
      ? [whole]
      : part.kind === 'choice'
        ? part.parts.flatMap(one => broken(one, column))
        : broken(part, column);
  const joint = part.kind === 'choice' && pieces.length > 1 ? '  |' : '   ';
  const lines = pieces.map((piece, at) => (at === 0 ? `${head} ${piece}` : `${margin} ${joint} ${piece}`));
  return [...comment(note), ...lines].join('\n');
}

/** A part in lines that are short enough: a sequence cut between its parts, a long loop between its alternatives. */
function broken(part: Part, column: number): string[] {
  const fits = (text: string) => column + 5 + text.length <= WIDTH;
  const lines: string[] = [];
  let line = '';
  const add = (text: string) => {
    const longer = line === '' ? text : `${line} ${text}`;
    if (line !== '' && !fits(longer)) {
      lines.push(line);
      line = text;
    } else line = longer;
  };
  for (const one of part.kind === 'sequence' ? part.parts : [part]) {
    const text = one.kind === 'choice' ? `( ${ebnfOf(one)} )` : ebnfOf(one);
    if (fits(text) || one.kind !== 'many' || one.part.kind !== 'choice') add(text);
    else {
      const [first, ...others] = one.part.parts.map(inner =>
        inner.kind === 'choice' ? `( ${ebnfOf(inner)} )` : ebnfOf(inner),
      );
      if (line !== '') lines.push(line);
      lines.push(`( ${first}`, ...others.map(other => `| ${other}`));
      line = one.atLeast === 1 ? ')+' : ')*';
    }
  }
  return [...lines, line];
}

export function lexicalText({ name, definition, note }: LexicalRule, column: number): string {
  return [...comment(note), `${name.padEnd(column)} ::= ${definition}`].join('\n');
}

/** A comment in lines of the width, or nothing. */
export function comment(text: string | undefined): string[] {
  if (text === undefined) return [];
  const lines: string[] = [];
  let line = '/*';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > WIDTH - 3) {
      lines.push(line);
      line = `   ${word}`;
    } else line = `${line} ${word}`;
  }
  return [...lines, `${line} */`];
}
