import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { storageDaemon } from '../../cli/live.ts';
import { until } from '../../cli/program.ts';
import type { ScriptedPrompt } from './scripted-prompt.ts';
import { session } from './session.ts';

const engine = storageDaemon();
let folder: string;
let socket: string;
let child: ChildProcess;

async function start(): Promise<void> {
  const args = ['--chardev', `socket,id=m,path=${socket},server=on,wait=off`, '--monitor', 'chardev=m'];
  child = spawn(engine?.program ?? '', args, { cwd: folder, stdio: 'ignore' });
  for (let tries = 0; tries < 100 && !(await canConnect()); tries++)
    await new Promise(done => setTimeout(done, 50));
}

/** Whether somebody listens; who connects and leaves again is greeted by nobody. */
async function canConnect(): Promise<boolean> {
  const client = createConnection(socket);
  const outcome = await Promise.race([
    once(client, 'connect').then(() => true),
    once(client, 'error').then(() => false),
  ]).catch(() => false);
  client.destroy();
  return outcome;
}

async function kill(): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const says = (prompt: ScriptedPrompt, text: string) =>
  until(() => prompt.printed.join('\n').includes(text), 15_000);

describe.skipIf(!engine)('a QEMU that goes away', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qblk-lost-'));
    socket = join(folder, 'qmp.sock');
    await start();
  });
  afterEach(async () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const connected = { head: '', wish: { sandbox: undefined as never, qmp: '' } };
  const options = () => ({ ...connected, wish: { ...connected.wish, qmp: socket } });

  test('is not started a second time where it is a program of its own', async () => {
    const starts = join(folder, 'starts');
    const program = join(folder, 'start.sh');
    writeFileSync(
      program,
      `echo >> ${starts}\nexec ${engine?.program} --chardev stdio,id=m --monitor chardev=m\n`,
    );
    const { text } = await session(
      [
        'quit',
        async prompt => {
          await says(prompt, 'is not started again by itself');
          // As long as it takes another connection to be tried again.
          await new Promise(done => setTimeout(done, 1500));
          return undefined;
        },
      ],
      { head: '', wish: { sandbox: undefined as never, qmp: `exec:sh ${program}` }, confirm: 'off' },
    );
    expect(text).toContain('`:reconnect` does');
    expect(readFileSync(starts, 'utf8')).toBe('\n');
  });

  test('is told of, tried again, and what became of its jobs is told', async () => {
    const { text } = await session(
      [
        'blockdev-add node-name=n driver=null-co size=1M',
        'blockdev-add node-name=t driver=null-co size=1M',
        'start mirror n target=t sync=full job-id=m0',
        'wait m0 ready',
        async prompt => {
          await kill();
          await says(prompt, 'it is tried again');
          return 'show jobs';
        },
        async prompt => {
          await start();
          await says(prompt, 'connected: ');
          return 'show jobs';
        },
      ],
      { ...options(), confirm: 'off' },
    );
    expect(text).toContain('jobs when it was last seen: m0 (mirror)');
    expect(text).toContain('there is no QEMU at the other end');
    expect(text).toContain('job m0 (mirror) is gone');
    expect(text.trimEnd().endsWith('no jobs')).toBe(true);
  });

  test('and whose monitor another client has is waited for', async () => {
    const { text } = await session(
      [
        async prompt => {
          await kill();
          await says(prompt, 'it is tried again');
          await start();
          const other = createConnection(socket);
          await once(other, 'data');
          await says(prompt, 'another client');
          other.destroy();
          await says(prompt, 'connected: ');
          return 'show jobs';
        },
      ],
      options(),
    );
    expect(text.trimEnd().endsWith('no jobs')).toBe(true);
  });

  test('while a statement waits: that fails, and the prompt stays', async () => {
    const { text } = await session(
      [
        async () => {
          setTimeout(() => void kill(), 200);
          return 'wait event BLOCK_JOB_READY';
        },
        ':quit',
      ],
      options(),
    );
    expect(text).toContain('it is tried again');
  });
});
