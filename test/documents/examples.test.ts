import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bind } from '../../src/compile/bind/bind.ts';
import { makePlan } from '../../src/compile/plan/plan.ts';
import { loadSnapshot, snapshotVersions } from '../../src/qapi/snapshots.ts';
import { parse } from '../../src/syntax/parse.ts';
import { format } from '../../src/syntax/print.ts';

const folder = new URL('../../examples/', import.meta.url);
const names = readdirSync(folder).filter(name => name.endsWith('.qblk'));

describe.each(names)('%s', name => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const { script, findings } = parse(text);

  test('begins with `#!` and its documentation, and says at its end what is there then', () => {
    expect(text).toMatch(/^#!\/usr\/bin\/env qblk\n## \S/);
    expect(script.documentation?.length).toBeGreaterThan(0);
    expect(script.statements.at(-1)?.kind).toBe('expect');
  });

  test('is as `qblk fmt` writes it', () => {
    expect(format(script, text)).toBe(text);
  });

  test.each(snapshotVersions().flatMap(version => [`system ${version}`, `storage-daemon ${version}`]))(
    'has no finding for %s, without a QEMU',
    async label => {
      const [program, version = ''] = label.split(' ') as ['system' | 'storage-daemon', string];
      const schema = loadSnapshot(version, program);
      if (!schema) throw new Error(`no schema of ${label}`);
      const plan = await makePlan(script, { schema, now: new Date() });
      expect([...findings, ...bind(script, { schema }), ...plan.findings]).toEqual([]);
    },
  );
});
