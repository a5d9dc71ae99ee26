import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { check } from '../../src/compile/check.ts';
import type { Finding } from '../../src/diagnostics/diagnostic.ts';
import type { Schema } from '../../src/qapi/schema.ts';
import { loadSnapshot, snapshotVersions } from '../../src/qapi/snapshots.ts';
import { parse } from '../../src/syntax/parse.ts';
import { onEachEngine } from '../support/each-engine.ts';
import { type PastedBlock, readPasted } from './pasted-blocks.ts';

const sections = readdirSync(new URL('pasted/', import.meta.url)).flatMap(readPasted);

/** What the checker says of each block when all of a section is pasted at once. */
async function findingsOf(
  start: string,
  blocks: readonly PastedBlock[],
  schema: Schema,
): Promise<Map<PastedBlock, readonly Finding[]>> {
  let text = start;
  const ends = blocks.map(block => {
    text += block.text;
    return text.length;
  });
  const { findings } = await check(parse(text), { schema, now: new Date() });
  const at = ({ primary }: Finding) => ends.findIndex(end => (primary?.span.start ?? 0) < end);
  return new Map(blocks.map((block, index) => [block, findings.filter(finding => at(finding) === index)]));
}

const isError = ({ severity }: Finding) => severity === 'error';
const shown = (findings: readonly Finding[]) =>
  findings.map(({ code, message, help = [] }) => [code, message, ...help].join('\n'));

function expectVerdict({ expected, code, help }: PastedBlock, findings: readonly Finding[]): void {
  if (expected !== 'refused') expect(shown(findings.filter(isError))).toEqual([]);
  if (code === '') return;
  const found = findings.filter(finding => finding.code === code);
  expect(shown(found).join('\n'), shown(findings).join('\n')).toContain(help);
  expect(found.length).toBeGreaterThan(0);
}

const offline = sections.filter(({ needs }) => needs !== 'look');

describe.each(snapshotVersions())('for QEMU %s', version => {
  test.each(offline.map(section => [section.title, section] as const))('%s', async (_, section) => {
    const schema = loadSnapshot(version, 'system');
    if (!schema) throw new Error('no schema is bundled');
    const found = await findingsOf(section.start, section.blocks, schema);
    for (const [block, findings] of found) {
      // A command is deprecated from some version on.
      if (block.expected === 'warned' && findings.length === 0 && version.startsWith('5.2')) continue;
      expectVerdict(block, findings);
    }
  });
});

const echoed = sections.flatMap(({ blocks }) =>
  blocks.filter(({ text }) => /\(QEMU\) \S.*\n\s*\{/.test(text)),
);

test.each(echoed)('$name: its echo alone is a command, the replies below are none', ({ text }) => {
  const { script, findings } = parse(text.replace(/^\s*\(QEMU\).*\n/gm, ''));
  expect(findings).toEqual([]);
  const [first, ...rest] = script.statements.map(({ kind }) => kind);
  expect(first).toBe('raw');
  expect(rest.every(kind => kind === 'transcript')).toBe(true);
});

onEachEngine('what is pasted', (engine, start) => {
  const run = sections.filter(
    ({ needs }) => needs === '' || needs === 'look' || (isDrives(needs) && engine.kind === 'qemu'),
  );
  test.each(run.map(section => [section.title, section] as const))('%s', async (_, section) => {
    const drives = isDrives(section.needs) ? makeDrives(section.needs, engine.qemuImg) : [];
    const bench = await start(section.start, drives);
    expect((await bench.run(section.start)).reason).toBe('');
    for (const { name, text, expected, code } of section.blocks) {
      if (expected === 'refused') {
        if (/^\s*(\(QEMU\)|->)/.test(text)) expect((await bench.run(text)).reason).toContain(`${code}: `);
      } else if (/^\s*\$/.test(text)) onHost(text, bench.sandbox.directory, engine.qemuImg);
      else expect([name, (await bench.run(text)).reason]).toEqual([name, '']);
    }
  });
});

const isDrives = (needs: string) => needs.startsWith('drives ');

let folder: string | undefined;
afterEach(() => {
  if (folder) rmSync(folder, { recursive: true });
  folder = undefined;
});

/** The arguments for disks as the document has them: each a block backend with a name. */
function makeDrives(needs: string, qemuImg: string): string[] {
  const made = mkdtempSync(join(tmpdir(), 'pasting-'));
  folder = made;
  return needs
    .split(' ')
    .slice(1)
    .flatMap(name => {
      const file = join(made, `${name}.qcow2`);
      execFileSync(qemuImg, ['create', '-q', '-f', 'qcow2', file, '64G']);
      return ['-drive', `id=${name},if=none,format=qcow2,file=${file}`];
    });
}

/** Runs the lines behind `$` as the reader of the document would. */
function onHost(text: string, cwd: string, qemuImg: string): void {
  const PATH = `${dirname(qemuImg)}:${process.env['PATH']}`;
  const commands = text.replace(/^\s*\$ /gm, '');
  execFileSync('sh', ['-e', '-c', commands], { cwd, env: { ...process.env, PATH }, stdio: 'pipe' });
}
