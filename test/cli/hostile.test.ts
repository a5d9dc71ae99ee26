import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { unknownGraph } from '../../src/graph/graph.ts';
import { realClock } from '../../src/sim/clock.ts';
import { graphOfDisks } from '../../src/sim/disks.ts';
import { type Listening, listen } from '../../src/sim/listen.ts';
import { makeMachine } from '../../src/sim/machine.ts';
import { SimulatorServer } from '../../src/sim/server.ts';
import { Simulator } from '../../src/sim/simulator.ts';
import { buildProgram, type Program } from './program.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** What steers a terminal: a title, a cleared screen, C1 controls, a text turned around; and what nobody sees. */
const EVIL = '\x1b]0;owned\x07\x1b[2J\x9b31m\u202egpj\u2066\u200b\u{e0041}\x7f\r\b';
const STEERS =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;

let program: Program;
let server: Listening;

/** A QEMU whose node and file names, bitmaps and jobs are all hostile, so that its refusals are as well. */
function hostileGraph() {
  const graph = graphOfDisks(
    [{ device: 'disk0', images: [{ nodeName: 'A' }, { nodeName: 'B' }] }],
    'storage-daemon',
  );
  const evil = (name: string) => `${name}${EVIL}`;
  const nodes = [...graph.nodes.values()].map(node => ({
    ...node,
    name: evil(node.name),
    ...(node.filename === undefined ? {} : { filename: evil(node.filename) }),
    ...(node.backing ? { backing: evil(node.backing) } : {}),
    ...(node.children
      ? {
          children: Object.fromEntries(
            Object.entries(node.children).map(([role, name]) => [role, evil(name)]),
          ),
        }
      : {}),
    bitmaps: [{ name: evil('b0'), recording: true, busy: false, persistent: false, granularity: 65536 }],
  }));
  return {
    ...unknownGraph,
    ...graph,
    files: new Map(),
    nodes: new Map(nodes.map(node => [node.name, node])),
    attachments: graph.attachments.map(one => ({ ...one, id: evil(one.id), node: evil(one.node) })),
  };
}

beforeAll(async () => {
  program = await buildProgram();
  const simulator = new Simulator(makeMachine('newest', 'storage-daemon'), hostileGraph(), realClock());
  server = await listen(new SimulatorServer(simulator), `unix:${join(program.folder, 'evil.sock')}`);
});
afterAll(async () => {
  await server?.close();
  program?.remove();
});

const name = (plain: string) => JSON.stringify(`${plain}${EVIL}`);
const scripts: Readonly<Record<string, string>> = {
  'a chain that is another': 'chain: A <- B',
  'what there is': `show chain\nshow nodes\nshow bitmaps\nshow exports\nshow jobs`,
  'names that are there': `bitmap remove ${name('B')} name=${name('b0')}\nsnapshot ${name('B')} overlay=E filename=${name('e')}`,
  'names that are not there': `del ${name('C')}`,
  'a refusal that is met': `expect error "x" from blockdev-del node-name=${name('C')}`,
  'a failure of its own': `fail ${name('why')}`,
  'a result': `print ${name('text')}\nquery-named-block-nodes\nlet x = ${name('y')}\nprint $x`,
  'a word of the script': `${EVIL.replace(/[\r]/g, '')} a=b`,
  'a program of the host': `$ qemu-img info -f raw ${name('no')}`,
};
const commands: readonly (readonly string[])[] = [
  ['check'],
  ['check', '--json'],
  ['plan'],
  ['plan', '--json'],
  ['compile'],
  ['run'],
  ['run', '--json'],
];

test.each(Object.entries(scripts))('nothing steers the terminal: %s', async (_, script) => {
  for (const [command = '', ...options] of commands) {
    const { stdout, stderr } = await program.run([
      command,
      ...options,
      '--no-color',
      '--qmp',
      server.uri,
      '-c',
      script,
    ]);
    expect(`${stdout}${stderr}`, `${command} ${options.join(' ')}`).not.toMatch(STEERS);
  }
});

/** A QEMU behind a program, which ends at `query-chardev` with words of its own. */
function behindProgram(): string {
  const file = join(program.folder, 'bridge.cjs');
  writeFileSync(
    file,
    `const socket = require('node:net').connect(${JSON.stringify(server.uri.slice('unix:'.length))});
     socket.pipe(process.stdout);
     process.stdin.on('data', data => {
       if (!String(data).includes('"query-chardev"')) return socket.write(data);
       process.stderr.write(${JSON.stringify(EVIL)}, () => process.exit(3));
     });`,
  );
  return `exec:${process.execPath} ${file} --password=hunter2`;
}

test('nor does what the program of a connection says when it ends, and its secrets stay its own', async () => {
  const address = behindProgram();
  for (const [args, input] of [
    [['--qmp', address], 'query-chardev\n'],
    [['run', '--qmp', address, '-c', 'query-chardev'], ''],
    [['run', '--json', '--qmp', address, '-c', 'query-chardev'], ''],
  ] as const) {
    const { code, stdout, stderr } = await program.run(args, { input });
    expect(code).toBe(4);
    expect(stdout + stderr).toContain('ended with status 3');
    expect(stdout + stderr).not.toMatch(STEERS);
    expect(stdout + stderr).not.toContain('hunter2');
  }
});

test('nothing steers the terminal: show, the prompt, and what the command line says itself', async () => {
  const evilFile = join(program.folder, `x\x1b[2J.qblk`);
  writeFileSync(evilFile, 'chain: A <- B\n');
  const said = [
    await program.run(['show', '--qmp', server.uri]),
    await program.run(['show', 'bitmaps', '--qmp', server.uri]),
    await program.run(['show', 'nodes', EVIL.replaceAll('\x00', ''), '--qmp', server.uri]),
    await program.run(['--qmp', server.uri, 'repl'], {
      input: `show chain\nexplain del ${name('B')}\nquery-named-block-nodes\nshow bitmaps\n`,
    }),
    await program.run(['repl', '--qmp', server.uri], { input: `del ${name('C')}\n` }),
    await program.run(['run', evilFile, '--qmp', server.uri]),
    await program.run(['run', `no-${EVIL}.qblk`, '--qmp', server.uri]),
    await program.run(['show', '--qmp', `/no/${EVIL}`]),
    await program.run(['explain', EVIL]),
    await program.run(['help', EVIL]),
    await program.run(['schema', EVIL]),
    await program.run([`--${EVIL}`]),
    await program.run(['fmt', '--check', evilFile]),
  ];
  for (const { stdout, stderr } of said) expect(stdout + stderr).not.toMatch(STEERS);
});

test('nothing steers the terminal: reports on documents', async () => {
  const document = join(program.folder, 'evil.md');
  const fence = (kind: string, text: string) => `\`\`\`${kind}\n${text}\n\`\`\`\n`;
  writeFileSync(
    document,
    [
      `# Title ${EVIL.replace(/[\r\b]/g, '')}`,
      fence('qblk', `chain disk0: A <- B\nprint ${name('text')}\nfail ${name('why')}`),
      `## Another ${EVIL.replace(/[\r\b]/g, '')}`,
      fence('qblk', `chain disk0: A <- B\nsnapshot B overlay=E filename=${name('e')}`),
      fence('output', 'something else'),
    ].join('\n'),
  );
  for (const kind of ['text', 'tap', 'junit', 'json', 'html']) {
    const { stdout, stderr } = await program.run([
      'test',
      document,
      '--engine',
      'sim',
      '-v',
      '--report',
      kind,
    ]);
    expect(stdout + stderr, kind).not.toBe('');
    expect(stdout + stderr, kind).not.toMatch(STEERS);
  }
});
