import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bind } from '../../src/compile/bind/bind.ts';
import { builtins } from '../../src/compile/evaluate/builtins.ts';
import { parameterTypes } from '../../src/compile/evaluate/parameters.ts';
import { subjects } from '../../src/compile/evaluate/show.ts';
import { makePlan } from '../../src/compile/plan/plan.ts';
import { statementHelp, statementList } from '../../src/editor/describe.ts';
import { languageWords } from '../../src/editor/language-words.ts';
import { topics } from '../../src/editor/topics.ts';
import type { Schema } from '../../src/qapi/schema.ts';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';
import { statements } from '../../src/statements/index.ts';
import { parse } from '../../src/syntax/parse.ts';
import { format } from '../../src/syntax/print.ts';
import { vocabulary } from '../../src/syntax/tokens.ts';
import { ebnfOf } from '../../tools/grammar/ebnf.ts';
import { grammarRules } from '../../tools/grammar/rewrite.ts';

const schema = loadSnapshot('newest', 'system') as Schema;
const now = new Date('2026-05-01T03:00:00Z');
const reference = readFileSync(new URL('../../grammar/reference.md', import.meta.url), 'utf8');

async function findingsOf(text: string) {
  const { script, findings } = parse(text);
  const plan = await makePlan(script, { schema, now });
  return [...findings, ...bind(script, { schema }), ...plan.findings];
}

describe.each(languageWords)('$verb', word => {
  test('has an example that checks, in the one layout, and uses it', async () => {
    expect(await findingsOf(word.example)).toEqual([]);
    expect(format(parse(word.example).script, word.example)).toBe(word.example);
    expect(word.example).toMatch(new RegExp(`(^|\\s)${word.verb.replace('$', '\\$')}\\s`));
  });

  test('says in one imperative sentence what it does, in forms that use it', () => {
    expect(word.summary).toMatch(/^[A-Z][a-z]*[^s .] [^.]+$/);
    expect(word.summary.length).toBeLessThanOrEqual(67);
    if (word.details !== undefined) expect(word.details).toMatch(/^[A-Z`].*\.$/);
    for (const form of word.forms) expect(` ${form} `).toContain(` ${word.verb} `);
  });
});

test.each(topics)(
  'the topic $name has an example that checks, in the one layout',
  async ({ example, summary }) => {
    expect(await findingsOf(example)).toEqual([]);
    expect(format(parse(example).script, example)).toBe(example);
    expect(summary).toMatch(/^[A-Z`].*[^.]$/);
  },
);

test('names are unique among statements, words and topics', () => {
  const names = [...statements, ...languageWords]
    .map(({ verb }) => verb)
    .concat(topics.map(({ name }) => name));
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test('every word that begins a statement in the grammar, and every verb without a definition, is described', () => {
  const rules = grammarRules();
  const heads = [...rules].flatMap(([name, part]) =>
    /Statement$/.test(name) ? (/^'(\w+)'/.exec(ebnfOf(part))?.[1] ?? []) : [],
  );
  expect(heads).toEqual(expect.arrayContaining(['chain', 'let', 'for', 'use']));
  const described = languageWords.map(({ verb }) => verb);
  expect(
    [...heads, ...builtins.keys(), 'else', 'then', 'within'].filter(word => !described.includes(word)),
  ).toEqual([]);
});

test('the reference shows every word that has a meaning of its own', () => {
  const words = vocabulary.filter(({ name }) => name.startsWith('Word:')).map(({ name }) => name.slice(5));
  const code = (reference.match(/```[\s\S]*?```|`[^`]*`/g) ?? []).join('\n');
  expect(words.filter(word => !new RegExp(`(^|[^\\w-])${word}($|[^\\w-])`, 'm').test(code))).toEqual([]);
  for (const { verb } of [...statements, ...languageWords]) expect(reference).toContain(`### \`${verb}\``);
});

test('lists in the prose are whole', () => {
  const text = (verb: string) => JSON.stringify(languageWords.find(word => word.verb === verb));
  expect(text('show')).toContain(`show ${subjects.join('|')}`);
  expect(text('param')).toContain(`Types are ${parameterTypes.join(', ')}`);
});

test('help fits into 80 columns', () => {
  const all = [...languageWords.map(({ verb }) => verb), ...topics.map(({ name }) => name)];
  const helps = all.map(name => statementHelp(name) ?? '');
  expect(helps.filter(help => help === '')).toEqual([]);
  const lines = [statementList(), ...helps].join('\n').split('\n');
  expect(lines.filter(line => line.length > 80)).toEqual([]);
});

test('help of what is not there is nothing', () => {
  expect(statementHelp('comit')).toBeUndefined();
});
