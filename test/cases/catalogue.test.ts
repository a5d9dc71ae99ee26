import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readDocument } from '../../src/testing/read-document.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const stated = readdirSync(import.meta.dirname)
  .filter(name => name.endsWith('.md'))
  .flatMap(name => readDocument({ name, text: read(`test/cases/${name}`) }).cases)
  .flatMap(one => [...one.expected.values()])
  .flatMap(fence =>
    [...fence.text.matchAll(/^(?:error|warning|note)\[([a-z-]+)\]/gm)].map(match => match[1] ?? ''),
  );

/** The codes that a module of src names. */
function codesIn(path: string): string[] {
  const matches = read(path).matchAll(/(?:error\(|code: |refuse\()\s*'([a-z]+(?:-[a-z]+)+|failed|refused)'/g);
  return [...new Set([...matches].map(match => match[1] ?? ''))];
}

/** No case can show these: the first is what `qblk compile` says, the others need a QEMU that runs (test/qemu and test/cli have them). */
const shownElsewhere = new Set([
  'depends-on-run',
  'graph-partly-known',
  'nodes-hidden',
  'not-incoming',
  'not-known-yet',
  'other-status',
]);

const modules = [
  ...[
    'values',
    'verbs',
    'families',
    'conditions',
    'endpoints',
    'flow',
    'plans',
    'procedures',
    'transactions',
    'failures',
    'pasted',
  ].map(name => `src/diagnostics/catalogue/${name}.ts`),
  ...['add', 'backup', 'copy-target', 'create', 'mirror', 'nbd', 'reopen-options', 'snapshot'].map(
    name => `src/statements/${name}.ts`,
  ),
  ...[
    'block-export-add',
    'images/files-made',
    'images/snapshot',
    'rules/hidden-end',
    'rules/ignored-errors',
    'rules/image-size',
    'rules/lost-backing',
    'rules/mirror-sync',
    'rules/pivot-hazards',
    'rules/reopen-hazards',
    'rules/shared-base',
  ].map(name => `src/commands/${name}.ts`),
];

describe.each(modules)('%s', path => {
  const codes = codesIn(path);

  test('names codes', () => expect(codes.length).toBeGreaterThan(0));

  test.each(codes.filter(code => !shownElsewhere.has(code)))('a case shows %s', code => {
    expect(stated).toContain(code);
  });
});
