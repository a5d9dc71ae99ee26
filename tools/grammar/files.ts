import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';
import { definitionRules, kindNotes } from './definition-rules.ts';
import { diagnostics } from './diagnostics.ts';
import { comment, ebnfOf, lexicalText, ruleText } from './ebnf.ts';
import { lexicalRules } from './lexical.ts';
import { notes } from './names.ts';
import { type Part, rulesIn } from './part.ts';
import { diagram } from './railroad.ts';
import { reference } from './reference.ts';
import { grammarRules } from './rewrite.ts';

const MADE = 'Made by `npx tsx tools/grammar.ts` from the parser and the definitions of the statements.';

/** Every file of `grammar/` by its name there, as it has to be now. */
export async function grammarFiles(): Promise<Map<string, string>> {
  const rules = grammarRules();
  const operations = definitionRules();
  const schema = loadSnapshot('newest', 'system');
  if (!schema) throw new Error('no schema is bundled');
  const drawn = [...rules, ...operations];
  return new Map([
    ['qblk.ebnf', ebnf(rules, operations)],
    ['railroad.md', railroad(rules, operations)],
    ['reference.md', await reference(schema)],
    ['diagnostics.md', diagnostics()],
    ...drawn.map(([name, part]) => [`railroad/${name}.svg`, diagram(name, part)] as const),
  ]);
}

/** The names of the files in `folder` that are missing, differ from `files`, or are not among them. */
export function staleFiles(folder: string, files: ReadonlyMap<string, string>): string[] {
  const there = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const differ = [...files].filter(
    ([name, text]) => !there.includes(name) || readFileSync(join(folder, name), 'utf8') !== text,
  );
  return [...differ.map(([name]) => name), ...there.filter(name => !files.has(name))].sort();
}

function ebnf(rules: ReadonlyMap<string, Part>, operations: ReadonlyMap<string, Part>): string {
  const names = [...rules.keys(), ...operations.keys(), ...lexicalRules.map(({ name }) => name)];
  const column = Math.max(...names.map(name => name.length));
  const kinds = [...kindNotes()].map(([name, words]) => `${name.padEnd(column)} ::= value /* ${words} */`);
  return `${[
    comment(
      `qblk, in the EBNF of the W3C's XML recommendation. ${MADE} White space stands between words and is not shown. Words in quotes are no keywords: where a name is wanted they are names.`,
    ).join('\n'),
    ...[...rules].map(([name, part]) => ruleText(name, part, column, notes[name])),
    comment('Words. Spaces mean nothing inside these.').join('\n'),
    ...lexicalRules.map(lexical => lexicalText(lexical, column)),
    comment(
      'What each statement admits of an operation. The first value is the subject; it may be given by its key instead.',
    ).join('\n'),
    ...[...operations].map(([name, part]) => ruleText(name, part, column)),
    kinds.join('\n'),
  ].join('\n\n')}\n`;
}

function railroad(rules: ReadonlyMap<string, Part>, operations: ReadonlyMap<string, Part>): string {
  const sections = (all: ReadonlyMap<string, Part>) =>
    [...all].map(([name, part]) => section(name, part, rules));
  return `${[
    '# The grammar of qblk as railroad diagrams',
    `${MADE} Round boxes are written as they are; square ones are other diagrams, and with a capital the words that [qblk.ebnf](qblk.ebnf) describes at its end.`,
    ...sections(rules),
    '## The statements',
    'What each admits of an [operation](#operation); [reference.md](reference.md) says what they do.',
    ...sections(operations),
  ].join('\n\n')}\n`;
}

function section(name: string, part: Part, rules: ReadonlyMap<string, Part>): string {
  const used = rulesIn(part).filter(other => rules.has(other) && other !== name);
  const links = used.map(other => `[${other}](#${other.toLowerCase()})`).join(', ');
  const alternative = ebnfOf(part).replace(/[[\]\\]/g, '\\$&');
  return [
    `### ${name}`,
    `![${alternative}](railroad/${name}.svg)`,
    ...(notes[name] ? [notes[name]] : []),
    ...(links ? [`Uses ${links}.`] : []),
  ].join('\n\n');
}
