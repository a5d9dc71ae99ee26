import { expect, test } from 'vitest';
import { check } from '../../src/compile/check.ts';
import { applyFixes } from '../../src/diagnostics/edits.ts';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';
import { loadSource } from '../../src/target/load-script.ts';

const schema = loadSnapshot('newest', 'system');

async function findingsIn(text: string) {
  if (!schema) throw new Error('no schema is bundled');
  const loaded = loadSource({ name: 'script.qblk', text: `chain disk0: A <- B\n${text}\n` });
  const { findings } = await check(loaded, { schema, now: new Date() });
  return { text: loaded.source.text, findings: findings.filter(({ severity }) => severity === 'error') };
}

/** What may hold a value, with `VALUE` in its place. */
const places = [
  'let x = VALUE',
  'let x = VALUE\nprint $x\nprint "${x}"',
  'let x = [VALUE]',
  'let x = {"k": VALUE}',
  'let x = len(VALUE)',
  'let x = len([VALUE])',
  'expect len(VALUE) == 1',
  'if len(VALUE) == 1 { print "a" } else { print "b" }',
  'for i in [VALUE] { print $i }',
  'param x: string = VALUE\nprint $x',
  'blockdev-add node-name=Z driver=raw file=VALUE',
  'add Z driver=raw file=VALUE',
  'defer blockdev-add node-name=Z driver=raw file=VALUE',
  'transaction { blockdev-add node-name=Z driver=raw file=VALUE }',
  'proc p(a: string) { print len(VALUE) }\np 1',
];
/** Literals with one mistake. */
const literals = [
  '{a: B}',
  '{a: 1, b: 2}',
  '{ a : 1 }',
  '{a: {b: 1, c: {d: 2}}}',
  '{"a": {b: 1, c: 2}}',
  '{\n  a: 1,\n  b: 2\n}',
  '{"a" 1}',
  '{"a"}',
  '{"a": }',
  "{'a': 1}",
  '[1 2]',
  '[1,,2]',
  '[1, {a: 2}]',
  '[a: 1]',
];
const cases = places.flatMap(place => literals.map(literal => place.replace('VALUE', literal)));

test.each(cases)('one mistake in a literal, one finding: %j', async script => {
  const { findings } = await findingsIn(script);
  expect(findings.map(({ code, message }) => `${code}: ${message}`)).toHaveLength(1);
});

test.each([
  'let x = {a = 1}',
  'let x = {a=1, b=2}\nprint $x',
  'let x = {a, b}',
  'let x = {"a": [1}',
  'let x = {1: 2}',
  'let x = {\n  a = 1\n  b = 2\n}\nprint $x',
  'blockdev-add node-name=Z driver=raw file={driver=null-co}',
  'let x = {"a": 1;}',
  '{execute: "query-block"}',
  'let x = 5 6\nprint $x',
  'param x string\nprint $x',
  'let x={"a": 1}\nprint $x',
  'proc p(a) { print $a }\np 1\np 2',
])('one mistake in the place of a literal, one finding: %j', async script => {
  const { findings } = await findingsIn(script);
  expect(findings.map(({ code, message }) => `${code}: ${message}`)).toHaveLength(1);
});

test('mistakes of their own keep findings of their own', async () => {
  const two = await findingsIn('let x = {a: 1}\nlet y = [1 2]\nprint $z');
  expect(two.findings.map(({ code }) => code)).toEqual(['json-key', 'unexpected-text', 'unknown-name']);
  const inBlock = await findingsIn('if jobs { x = 5 }\nif no jobs { del A B C\n let y = [1 2] }');
  expect(inBlock.findings.length).toBeGreaterThan(1);
});

test('all keys of an object are quoted by one fix', async () => {
  const { text, findings } = await findingsIn('let x = {a: 1, "b": {c-d: [2]}}\nprint $x');
  const fixed = applyFixes(text, findings).text;
  expect(fixed).toContain('let x = {"a": 1, "b": {"c-d": [2]}}');
  const again = loadSource({ name: 'script.qblk', text: fixed });
  expect(again.findings).toEqual([]);
});
