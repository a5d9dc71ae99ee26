import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Engine } from '../../src/sandbox/engines.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/start.ts';
import { processesOf } from '../support/processes.ts';
import { enginesAtHand } from './engines-at-hand.ts';
import { compareWithFresh } from './guest-view.ts';

const chain = { device: 'disk0', images: ['A', 'B', 'C', 'D'].map(nodeName => ({ nodeName })) };
const engines = enginesAtHand();

// Other tests make sandboxes at the same time: a temporary folder of our own shows what is left of ours.
let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'qblk-test-'));
  vi.stubEnv('TMPDIR', temporary);
});
let open: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(open.map(sandbox => sandbox.stop()));
  open = [];
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true });
});

async function start(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  open.push(sandbox);
  return sandbox;
}

/** Sends one command after another; resolves with each one's whole reply. */
function monitor(stream: Duplex) {
  const lines = createInterface({ input: stream })[Symbol.asyncIterator]();
  const next = async (wanted: (message: any) => boolean): Promise<any> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error('QEMU hung up');
      const message = JSON.parse(value);
      if (wanted(message)) return message;
    }
  };
  return {
    next,
    send(execute: string, args: object = {}) {
      stream.write(JSON.stringify({ execute, arguments: args, id: execute }));
      return next(message => message.id === execute);
    },
  };
}

async function nodes(send: ReturnType<typeof monitor>['send']): Promise<any[]> {
  return (await send('query-named-block-nodes', { flat: true })).return;
}

async function nothingIsLeft(folder: string): Promise<void> {
  await expect
    .poll(() => existsSync(folder) || processesOf(folder).length > 0, { timeout: 5000 })
    .toBe(false);
}

describe.skipIf(engines.length === 0).each(engines)('on $name', engine => {
  test('is there with its chain, its greeting unread; a quit leaves the images, stop removes them', async () => {
    const sandbox = await start({ engine, chains: [chain] });
    const { next, send } = monitor(sandbox.stream);
    const { QMP } = await next(message => 'QMP' in message);
    expect(sandbox.version).toBe(
      `${QMP.version.qemu.major}.${QMP.version.qemu.minor}.${QMP.version.qemu.micro}`,
    );
    await send('qmp_capabilities');
    const root = (await nodes(send)).find(node => node['node-name'] === 'D') ?? {};
    expect([root.ro, root.file, root.backing_file]).toEqual([false, 'D.qcow2', 'C.qcow2']);
    const user =
      engine.kind === 'qemu'
        ? (await send('query-block')).return[0]
        : (await send('query-block-exports')).return[0];
    if (engine.kind === 'qemu')
      expect([user.qdev, user.inserted['node-name']]).toEqual([
        '/machine/peripheral/disk0/virtio-backend',
        'D',
      ]);
    else expect([user.id, user['node-name']]).toEqual(['disk0', 'D']);

    await send('block-stream', { device: 'D', 'job-id': 'flatten' });
    await next(message => message.event === 'BLOCK_JOB_COMPLETED');
    if (engine.kind === 'storage-daemon') {
      // A storage daemon 5.2 that quits drops what its open nodes have not yet written.
      await send('block-export-del', { id: 'disk0' });
      await expect.poll(() => send('blockdev-del', { 'node-name': 'D' })).toHaveProperty('return');
    }
    await send('quit');
    expect(await sandbox.exited).toBe(0);
    expect(await compareWithFresh(engine, chain, join(sandbox.directory, 'D.qcow2'))).toBe(
      'Images are identical.',
    );
    await sandbox.stop();
    expect(existsSync(sandbox.directory)).toBe(false);
  });

  test.each([
    ['--no-such-option'],
    [engine.kind === 'qemu' ? '-device' : '--export', 'type=no-such-thing,id=x'],
  ])(
    'a QEMU that does not start is an error with its words, and nothing stays (%s)',
    async (...extraArguments) => {
      await expect(startSandbox({ engine, chains: [chain], extraArguments })).rejects.toThrow('no-such-');
      expect(readdirSync(temporary)).toEqual([]);
    },
  );
});

describe.skipIf(engines.length === 0)('a sandbox', () => {
  const engine = (engines.find(({ kind }) => kind === 'storage-daemon') ?? engines[0]) as Engine;

  test('has two disks when the script has two chains, and none when it has none', async () => {
    const named = async (options: SandboxOptions) => {
      const { send } = monitor((await start(options)).stream);
      await send('qmp_capabilities');
      return (await nodes(send))
        .map(node => node['node-name'])
        .filter(name => !name.startsWith('#'))
        .sort();
    };
    const second = {
      device: 'data',
      images: [{ nodeName: 'X', format: 'raw', filename: 'data/x.img' }, { nodeName: 'Y' }],
    };
    expect(await named({ engine, chains: [chain, second] })).toEqual(['A', 'B', 'C', 'D', 'X', 'Y']);
    expect(await named({ engine, chains: [] })).toEqual([]);
  });

  test('can be kept, in a folder of one’s own, whose name QEMU’s options must not split', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'qblk-own-'));
    try {
      const directory = join(parent, 'a, b=c');
      const sandbox = await start({ engine, chains: [chain], directory, keep: true });
      await sandbox.stop();
      expect(sandbox.directory).toBe(directory);
      expect(readdirSync(directory)).toContain('D.qcow2');
      expect(processesOf(directory)).toEqual([]);
    } finally {
      rmSync(parent, { recursive: true });
    }
  });

  test('never takes over a folder with something in it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'qblk-own-'));
    try {
      writeFileSync(join(directory, 'mine'), '');
      await expect(startSandbox({ engine, directory })).rejects.toThrow('is not empty');
      expect(readdirSync(directory)).toEqual(['mine']);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('tells when QEMU dies on its own', async () => {
    const sandbox = await start({ engine, chains: [chain] });
    const { send } = monitor(sandbox.stream);
    await send('qmp_capabilities');
    const pid = readdirSync('/proc').find(name => {
      if (!/^[0-9]+$/.test(name)) return false;
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        return line.includes(sandbox.directory) && !line.startsWith('sh\0');
      } catch {
        return false;
      }
    });
    process.kill(Number(pid), 'SIGSEGV');
    expect(await sandbox.exited).toBe(139);
    expect(existsSync(sandbox.directory)).toBe(true);
  });
});

describe.skipIf(engines.length === 0)('nothing is left', () => {
  const hold = async (kind: string, when: string): Promise<{ child: ChildProcess; folder: string }> => {
    const program = fileURLToPath(new URL('./hold.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', program, kind, when], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [folder] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line');
    return { child, folder };
  };

  test.each(
    engines
      .filter((engine, index) => engines.findIndex(other => other.kind === engine.kind) === index)
      .map(({ kind }) => kind),
  )('of a %s whose owner is killed', async kind => {
    const { child, folder } = await hold(kind, 'late');
    expect(processesOf(folder).length).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await nothingIsLeft(folder);
  });

  test.each([
    ['is killed while the images are made', 'early', 'SIGKILL'],
    ['is terminated', 'late', 'SIGTERM'],
    ['is interrupted', 'late', 'SIGINT'],
    ['throws', 'throw', undefined],
  ] as const)('when the owner %s', async (_, when, signal) => {
    const { child, folder } = await hold(engines[0]?.kind ?? 'qemu', when);
    if (signal) child.kill(signal);
    await nothingIsLeft(folder);
  });
});
