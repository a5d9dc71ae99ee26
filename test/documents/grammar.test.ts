import { fileURLToPath } from 'node:url';
import { tokenMatcher } from 'chevrotain';
import { expect, test } from 'vitest';
import { chunksOf } from '../../src/syntax/chunks.ts';
import { vocabulary } from '../../src/syntax/tokens.ts';
import { grammarFiles, staleFiles } from '../../tools/grammar/files.ts';
import { lexicalRules } from '../../tools/grammar/lexical.ts';
import { rulesIn } from '../../tools/grammar/part.ts';
import { grammarRules } from '../../tools/grammar/rewrite.ts';

const folder = fileURLToPath(new URL('../../grammar', import.meta.url));
const files = await grammarFiles();

test('grammar/ is what the parser and the definitions make of it: else run npx tsx tools/grammar.ts', () => {
  expect(staleFiles(folder, files)).toEqual([]);
});

test('a file that is changed, missing or left over is told', () => {
  const other = new Map([...files, ['qblk.ebnf', 'changed'], ['new.md', '']]);
  other.delete('railroad.md');
  expect(staleFiles(folder, other)).toEqual(['new.md', 'qblk.ebnf', 'railroad.md']);
});

const definedIn = (ebnf: string) => [...ebnf.matchAll(/^(\w+) +::=/gm)].map(([, name]) => name);

test('every name in the EBNF has one rule', () => {
  const names = definedIn(files.get('qblk.ebnf') ?? '');
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  const used = [...grammarRules().values()].flatMap(rulesIn);
  expect(used.filter(name => !names.includes(name))).toEqual([]);
});

test('every word that the lexer knows is in the EBNF', () => {
  const ebnf = files.get('qblk.ebnf') ?? '';
  const words = vocabulary.filter(({ name }) => name.startsWith('Word:')).map(({ name }) => name.slice(5));
  expect(words.length).toBeGreaterThan(20);
  expect(words.filter(word => !ebnf.includes(`'${word}'`))).toEqual([]);
});

test('every diagram is drawn in its SVG alone, and shown', () => {
  const shown = files.get('railroad.md') ?? '';
  const diagrams = [...files].filter(([name]) => name.endsWith('.svg'));
  expect(diagrams.length).toBeGreaterThan(30);
  for (const [name, svg] of diagrams) {
    expect(shown).toContain(`](${name})`);
    expect(svg).not.toMatch(/<script|<image|@import|url\(|NaN|undefined/);
    expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
  }
});

test('links inside the documents lead somewhere', () => {
  for (const name of ['railroad.md', 'reference.md', 'diagnostics.md']) {
    const text = files.get(name) ?? '';
    const headings = [...text.matchAll(/^#+ ([\w-]+)$/gm)].map(([, heading]) => heading?.toLowerCase());
    const anchors = new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id)]);
    const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter(link => !anchors.has(link))).toEqual([]);
    for (const [, file] of text.matchAll(/\]\((?!#)([^)]+)\)/g)) expect(files.has(file ?? '')).toBe(true);
  }
});

const isOnly = (text: string, wanted: string) => {
  const tokens = [...chunksOf(text, text.length)].flatMap(chunk => chunk.tokens);
  const [only] = tokens;
  const type = vocabulary.find(({ name }) => name === wanted);
  return tokens.length === 1 && only !== undefined && type !== undefined && tokenMatcher(only, type);
};

test.each(lexicalRules.flatMap(rule => (rule.samples ? [{ ...rule, samples: rule.samples }] : [])))(
  'the lexer agrees with the rule for $name',
  ({ samples: { token, are, areNot } }) => {
    expect(are.filter(text => !isOnly(text, token))).toEqual([]);
    expect(areNot.filter(text => isOnly(text, token))).toEqual([]);
  },
);
