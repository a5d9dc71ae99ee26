import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Reply = Record<string, unknown>;

/** A QEMU program under test: it connects to a socket that the test listens on, so that no start can race. */
export interface Oracle {
  readonly folder: string;
  /** Sends one command; throws an Error with QEMU's words, and its `class`, when it is refused. */
  execute(command: string, args?: Record<string, unknown>): Promise<any>;
  /** Resolves once the job is in one of the states. */
  jobRests(id: string, ...states: string[]): Promise<{ status: string; error?: string }>;
  close(): Promise<void>;
}

/** Starts `program`, qemu-storage-daemon or a qemu-system, with `args`, in a fresh temporary folder. */
export async function startOracle(
  program: string,
  args: readonly string[] = [],
  prepare: (folder: string) => void = () => {},
): Promise<Oracle> {
  const folder = mkdtempSync(join(tmpdir(), 'qblk-model-'));
  prepare(folder);
  const path = join(folder, 'qmp.sock');
  const server = createServer();
  server.listen(path);
  await once(server, 'listening');
  const monitor = program.includes('storage-daemon')
    ? ['--chardev', `socket,id=c,path=${path},server=off`, '--monitor', 'chardev=c']
    : ['-chardev', `socket,id=c,path=${path},server=off`, '-mon', 'chardev=c,mode=control'];
  const child: ChildProcess = spawn(program, [...monitor, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let complaints = '';
  child.stderr?.on('data', data => {
    complaints += data;
  });
  const socket = await Promise.race([
    once(server, 'connection').then(([connection]) => connection as Socket),
    once(child, 'exit').then(() => {
      throw new Error(`${program} ended: ${complaints}`);
    }),
  ]);
  server.close();

  let pending = '';
  let greeted: () => void = () => {};
  const greeting = new Promise<void>(resolve => {
    greeted = resolve;
  });
  const waiting: ((reply: Reply) => void)[] = [];
  socket.on('data', data => {
    pending += data;
    const lines = pending.split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line) as Reply;
      if ('QMP' in message) greeted();
      else if (!('event' in message)) waiting.shift()?.(message);
    }
  });
  socket.on('close', () => {
    for (const give of waiting.splice(0)) give({ error: { desc: `${program} hung up: ${complaints}` } });
  });
  socket.on('error', () => {});
  await greeting;

  const execute = async (command: string, given?: Record<string, unknown>) => {
    const reply = await new Promise<Reply>(resolve => {
      waiting.push(resolve);
      socket.write(JSON.stringify({ execute: command, arguments: given }));
    });
    if ('error' in reply) {
      const { desc, class: kind } = reply['error'] as { desc: string; class?: string };
      throw Object.assign(new Error(desc), { class: kind });
    }
    return reply['return'];
  };
  await execute('qmp_capabilities');
  return {
    folder,
    execute,
    async jobRests(id, ...states) {
      for (let tries = 0; tries < 500; tries++) {
        const jobs = (await execute('query-jobs')) as { id: string; status: string; error?: string }[];
        const job = jobs.find(candidate => candidate.id === id);
        if (!job) throw new Error(`there is no job ${id}`);
        if (states.includes(job.status)) return job;
        await new Promise(resolve => setTimeout(resolve, 10));
      }
      throw new Error(`job ${id} did not get to ${states.join(' or ')}`);
    },
    async close() {
      const ended = child.exitCode === null ? once(child, 'exit') : undefined;
      // A program may be a wrapper script: its whole process group goes.
      if (ended && child.pid) process.kill(-child.pid, 'SIGKILL');
      socket.destroy();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
