import { describe, expect, test } from 'vitest';
import { bind } from '../../src/compile/bind/bind.ts';
import { afterHostProgram, filesWrittenByHost } from '../../src/compile/evaluate/outside/host-effects.ts';
import { hostHarm } from '../../src/compile/evaluate/outside/host-harm.ts';
import type { HostRules } from '../../src/compile/evaluate/outside/host-rules.ts';
import { afterRestart } from '../../src/compile/evaluate/outside/restart-effect.ts';
import { type BlockGraph, unknownGraph } from '../../src/graph/graph.ts';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';
import type { HostStep } from '../../src/statements/step.ts';
import { parse } from '../../src/syntax/parse.ts';

const schema = loadSnapshot('newest', 'system');
if (!schema) throw new Error('no bundled schema');

const codes = (text: string, host: HostRules) =>
  bind(parse(text).script, { schema, host }).map(({ code }) => code);

describe('what may be run where', () => {
  test.each<[string, HostRules, string[]]>([
    ['$ qemu-img info e.qcow2', { place: 'here' }, []],
    ['$ qemu-img info e.qcow2', { place: 'elsewhere' }, ['host-elsewhere']],
    ['$ qemu-img info /somewhere/e.qcow2', { place: 'sandbox' }, []],
    ['$ rm e.qcow2', { place: 'sandbox' }, []],
    ['$ rm e.qcow2', { place: 'here' }, ['host-not-allowed']],
    ['$ rm /e.qcow2', { place: 'here', allowed: new Set(['rm']) }, []],
    ['$ rm /e.qcow2', { place: 'sandbox' }, ['host-outside-sandbox']],
    ['$ rm a/../../e.qcow2', { place: 'sandbox' }, ['host-outside-sandbox']],
    ['$ cp --target-directory=/tmp e.qcow2', { place: 'sandbox' }, ['host-outside-sandbox']],
    ['$ cp -t.. e.qcow2', { place: 'simulator' }, ['host-outside-sandbox']],
    ['$ sh -c "rm e.qcow2"', { place: 'sandbox' }, ['host-not-allowed']],
    ['$ ./qemu-img info e.qcow2', { place: 'sandbox' }, ['host-not-allowed']],
    ['$ qemu-nbd --fork e.qcow2', { place: 'here' }, []],
    ['$ qemu-nbd --fork e.qcow2', { place: 'sandbox' }, ['host-stays-behind']],
    ['io D "write 0 4K"', { place: 'here' }, ['sandbox-only']],
    ['restart', { place: 'elsewhere' }, ['sandbox-only']],
    ['io D "write 0 4K"; restart', {}, []],
  ])('%s, %o', (text, host, found) => expect(codes(text, host)).toEqual(found));
});

const node = (name: string, filename: string) => [name, { name, driver: 'qcow2', filename }] as const;
const start: BlockGraph = {
  ...unknownGraph,
  nodes: new Map([node('A', 'a.qcow2')]),
  files: new Map([
    ['a.qcow2', { filename: 'a.qcow2', format: 'qcow2', size: 4096 }],
    ['e.qcow2', { filename: 'e.qcow2', format: 'qcow2', size: 8192, backing: 'a.qcow2' }],
  ]),
  filesComplete: true,
};

const stepOf = (line: string): HostStep => {
  const [program = '', ...words] = line.split(' ');
  return { kind: 'host', program, arguments: words };
};

function filesAfter(line: string): unknown {
  const after = afterHostProgram(start, stepOf(line));
  if ('refused' in after) return after.code;
  return after.files && { complete: after.filesComplete, files: [...after.files.values()] };
}

const files = (...list: unknown[]) => ({ complete: true, files: list });
const [a, e] = [...(start.files?.values() ?? [])];

describe('what a program does to the files that are known', () => {
  test.each<[string, unknown]>([
    ['qemu-img info a.qcow2', files(a, e)],
    ['qemu-img check e.qcow2', files(a, e)],
    ['cat a.qcow2', files(a, e)],
    [
      'qemu-img create -q -f qcow2 f.qcow2 1M',
      files(a, e, { filename: 'f.qcow2', format: 'qcow2', size: 1048576, backing: null, bitmaps: [] }),
    ],
    [
      'qemu-img create -fqcow2 -o backing_file=e.qcow2,backing_fmt=qcow2 ./f.qcow2',
      files(a, e, {
        ...{ filename: './f.qcow2', format: 'qcow2', size: 8192 },
        ...{ backing: 'e.qcow2', backingFormat: 'qcow2', bitmaps: [] },
      }),
    ],
    [
      'qemu-img convert -c -O raw e.qcow2 f.raw',
      files(a, e, { filename: 'f.raw', format: 'raw', size: 8192, backing: null, bitmaps: [] }),
    ],
    ['rm -f e.qcow2', files(a)],
    ['mv e.qcow2 f.qcow2', files(a, { ...e, filename: 'f.qcow2' })],
    ['cp a.qcow2 f.qcow2', files(a, e, { ...a, filename: 'f.qcow2' })],
    ['touch f', files(a, e, { filename: 'f' })],
    ['rm a.qcow2', 'image-in-use'],
    ['rm -- ./a.qcow2', 'image-in-use'],
    ['mv e.qcow2 a.qcow2', 'image-in-use'],
    ['cp e.qcow2 a.qcow2', 'image-in-use'],
    ['cp b/a.qcow2 .', 'image-in-use'],
    ['truncate -s 1M a.qcow2', 'image-in-use'],
    ['qemu-img create -f qcow2 a.qcow2 1M', 'image-in-use'],
    ['qemu-img resize a.qcow2 +1M', 'image-in-use'],
    ['qemu-img rebase -u -b x -F raw a.qcow2', 'image-in-use'],
    ['qemu-img snapshot -c s a.qcow2', 'image-in-use'],
    ['qemu-img snapshot -l a.qcow2', files(a, e)],
    ['qemu-io -c write a.qcow2', 'image-in-use'],
    ['qemu-io -r -c read a.qcow2', files(a, e)],
    ['rm -rf .', 'image-in-use'],
    ['rm -r elsewhere', undefined],
    ['rm -r ../other', undefined],
    ['make', undefined],
    ['qemu-img dd if=e.qcow2 of=f', undefined],
  ])('%s', (line, found) => expect(filesAfter(line)).toEqual(found));

  test('what was made is told', () => {
    expect(filesWrittenByHost(stepOf('qemu-img create -f raw x 1M'))).toEqual(['x']);
    expect(filesWrittenByHost(stepOf('rm x'))).toEqual([]);
  });
});

describe('what a program must not do beside a QEMU that somebody else runs, in whatever folder', () => {
  const graph: BlockGraph = {
    ...unknownGraph,
    nodes: new Map([node('A', '/images/a.qcow2'), node('R', 'r.qcow2')]),
    files: new Map([['gone.qcow2', { filename: 'gone.qcow2' }]]),
  };
  const identities = new Map([
    ['/images/a.qcow2', '1:7'],
    ['/here/link', '1:7'],
  ]);
  const files = { folder: '/here', identityOf: (path: string) => identities.get(path) };
  const harm = (line: string) => {
    const step = { ...stepOf(line), folder: files.folder };
    const after = afterHostProgram(graph, step);
    return ('refused' in after ? after : hostHarm(graph, step, files))?.code;
  };

  test.each([
    ['rm ../images/a.qcow2', 'image-in-use'],
    ['rm -r ../images', 'image-in-use'],
    ['rm link', 'image-in-use'],
    ['rm a.qcow2', undefined],
    ['rm gone.qcow2', 'folder-not-known'],
    ['sh -c true ./r.qcow2', 'folder-not-known'],
    ['qemu-img create -f qcow2 -b r.qcow2 -F qcow2 n.qcow2', 'folder-not-known'],
    ['qemu-img info r.qcow2', undefined],
    ['rm /elsewhere/r.qcow2', 'image-in-use'],
    ['rm /elsewhere/gone.qcow2', undefined],
  ])('%s', (line, code) => expect(harm(line)).toBe(code));
});

test('a restart keeps the chains of the disks, and the bitmaps that their images store', () => {
  const bitmap = { recording: true, busy: true, granularity: 65536 };
  const graph: BlockGraph = {
    complete: true,
    nodes: new Map([
      ['A', { name: 'A', backing: null }],
      [
        'B',
        {
          ...{ name: 'B', backing: 'A' },
          bitmaps: [
            { ...bitmap, name: 'kept', persistent: true },
            { ...bitmap, name: 'lost', persistent: false },
          ],
        },
      ],
      ['F', { name: 'F', filter: true, backing: 'B', driver: 'mirror_top' }],
      ['E', { name: 'E', backing: null }],
    ]),
    attachments: [
      { kind: 'device', id: 'disk0', node: 'F' },
      { kind: 'export', id: 'x0', node: 'E', exportType: 'nbd' },
    ],
    jobs: new Map([['m', { id: 'm', type: 'mirror', status: 'ready', filter: 'F' }]]),
    nbdServer: true,
  };
  const after = afterRestart(graph);
  expect([...after.nodes.keys()].sort()).toEqual(['A', 'B']);
  expect(after.nodes.get('B')?.bitmaps).toEqual([{ ...bitmap, name: 'kept', persistent: true, busy: false }]);
  expect(after).toMatchObject({
    attachments: [{ id: 'disk0', node: 'B' }],
    nbdServer: false,
  });
  expect(after.jobs.size).toBe(0);
});
