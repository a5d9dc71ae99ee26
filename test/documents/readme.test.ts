import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { usage } from '../../src/cli/usage.ts';
import { check } from '../../src/compile/check.ts';
import { renderDiagnostic } from '../../src/diagnostics/render.ts';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';
import { statements } from '../../src/statements/index.ts';
import { parse } from '../../src/syntax/parse.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const readme = read('README.md');
const fences = [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, kind, text]) => ({
  kind,
  text: text ?? '',
}));

test('the first script is the one that its first command runs', () => {
  expect(fences.find(({ kind }) => kind === 'qblk')?.text).toBe(read('examples/card.qblk'));
});

test('what the first command prints has a line for each statement that does something', () => {
  const printed = fences.find(({ text }) => text.startsWith('sandbox:'))?.text ?? '';
  const card = read('examples/card.qblk').split('\n');
  const numbers = [...printed.matchAll(/^ *(\d+) {2}(.*?) {2}\(/gm)];
  expect(numbers).toHaveLength(5);
  for (const [, line, text] of numbers) expect(card[Number(line) - 1]?.replace(/ {2}#.*/, '')).toBe(text);
});

test('the diagnostic is what the checker says', async () => {
  const shown = fences.find(({ text }) => text.startsWith('error['))?.text ?? '';
  const text = 'chain disk0: A <- B <- C <- D\ncommit top=B base=C\n';
  const schema = loadSnapshot('newest', 'system');
  if (!schema) throw new Error('no bundled schema');
  const { findings } = await check(parse(text), { schema, now: new Date(0) });
  const source = { name: 'nightly.qblk', text };
  expect(findings.map(finding => renderDiagnostic({ ...finding, source }))).toEqual([shown.trimEnd()]);
});

test('every statement and every command of the program is named', () => {
  for (const { verb } of statements) expect(readme).toContain(`\`${verb}`);
  for (const [, command] of usage.matchAll(/^ {2}([a-z]+) .* {2}/gm))
    expect(readme).toContain(`\`${command}\``);
});
