import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { liveProgram, storageDaemon } from './live.ts';

const engine = storageDaemon();

describe.skipIf(!engine)('a word that is no device', { timeout: 60_000 }, () => {
  const live = liveProgram(engine);
  let sandbox: Sandbox;
  beforeAll(async () => {
    if (!engine) return;
    const monitor = [
      '--chardev',
      'socket,id=users,path=users.sock,server=on,wait=off',
      '--monitor',
      'chardev=users',
    ];
    sandbox = await startSandbox({ engine, extraArguments: monitor });
  });
  afterAll(() => sandbox?.stop());
  const run = (script: string, socket = join(sandbox.directory, 'users.sock')) =>
    live.program().run(['run', '-c', script, '--qmp', socket]);
  const helpIn = (text: string) => text.split('\n').filter(line => line.startsWith('help: '));

  test('where nothing is open: what to open or to start, and that does it', async () => {
    for (const script of ['chain disk0: A <- B', 'expect chain disk0: A']) {
      const told = await run(script);
      expect(told.code).toBe(3);
      expect(told.stderr).toContain('error[unknown-device]');
      expect(helpIn(told.stderr)).toEqual([
        'help: no image is open: open one first, `add NODE driver=qcow2 filename=FILE`, and name its chain without a device: `chain NODE`',
        expect.stringContaining('or start QEMU with a disk'),
      ]);
    }
    for (const script of ['snapshot disk0 overlay=E filename=e.qcow2', 'block_resize device=disk0 size=1M']) {
      expect(helpIn((await run(script)).stderr)).toEqual([
        'help: no image is open: open one first, `add NODE driver=qcow2 filename=FILE`',
      ]);
    }
  });

  test('where it is a node: how a chain of nodes is written, and that holds', async () => {
    expect((await run('add N driver=null-co size=1M')).code).toBe(0);
    const told = await run('expect chain N: A');
    expect(helpIn(told.stderr)).toEqual([
      'help: `N` is a node that no device uses: leave the device out, `chain N`',
    ]);
    expect((await run('expect chain N')).code).toBe(0);
    const other = await run('chain disk0: A');
    expect(helpIn(other.stderr)).toEqual([
      'help: a chain of nodes stands without a device: `chain A <- B`; `show nodes` lists them',
    ]);
    expect((await run('del N')).code).toBe(0);
  });

  test('where it is a node of a device: which device that is', async () => {
    const { socket } = await live.start();
    const told = await run('chain B: A <- B', socket);
    expect(told.stderr).toContain('export `B`: there are `disk0`');
    expect(helpIn(told.stderr)).toEqual([
      'help: `B` is a node in the chain of `disk0`: write `chain disk0: …`',
    ]);
  });
});
