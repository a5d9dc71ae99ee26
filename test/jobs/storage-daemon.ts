import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openSession, type Session, type SessionOptions } from '../../src/qmp/session.ts';

const execFilePromise = promisify(execFile);

/** Where the binaries under test are: `QBLK_QEMU_BIN`, a folder, or else the PATH. `QBLK_QEMU_STDERR=1` shows what they say. */
const folder = process.env['QBLK_QEMU_BIN'];
const binary = (name: string) => (folder ? join(folder, name) : name);

/** Whether there is a qemu-storage-daemon to test with. In CI its absence is an error, elsewhere it is said aloud. */
export function haveStorageDaemon(): boolean {
  try {
    execFileSync(binary('qemu-storage-daemon'), ['--version'], { stdio: 'ignore' });
    return true;
  } catch (cause) {
    if (process.env['CI']) throw new Error('CI needs qemu-storage-daemon on the PATH', { cause });
    console.warn('SKIPPED: no qemu-storage-daemon on the PATH, so no job was tested on a real QEMU');
    return false;
  }
}

/** A storage daemon in a folder of its own, which is its working directory. */
export interface Daemon {
  readonly session: Session;
  readonly child: ChildProcess;
  readonly folder: string;
  /** Runs a QEMU tool in the daemon's folder to its end. */
  run(tool: string, ...args: string[]): void;
  /** The same for a tool that talks to the daemon: this process stays able to listen meanwhile. */
  runBeside(tool: string, ...args: string[]): Promise<void>;
  /** Kills it if need be, waits for its end and removes the folder. */
  stop(): Promise<void>;
}

/** Starts a daemon that connects to a socket listening here: no wait for it to be up, and no race with its listening. */
export async function startDaemon({
  args = [],
  pretty = false,
  ...options
}: SessionOptions & { args?: readonly string[]; pretty?: boolean } = {}): Promise<Daemon> {
  const home = mkdtempSync(join(tmpdir(), 'qblk-jobs-'));
  const socketPath = join(home, 'qmp.sock');
  const server = createServer();
  server.listen(socketPath);
  await once(server, 'listening');
  const chardev = `socket,id=qmp,path=${socketPath},server=off`;
  const child = spawn(
    binary('qemu-storage-daemon'),
    ['--chardev', chardev, '--monitor', `chardev=qmp${pretty ? ',pretty=on' : ''}`, ...args],
    { cwd: home, stdio: ['ignore', 'inherit', process.env['QBLK_QEMU_STDERR'] ? 'inherit' : 'ignore'] },
  );
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL');
    server.close();
    if (child.exitCode === null && child.signalCode === null) await exited;
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const [socket] = await once(server, 'connection', { signal: AbortSignal.timeout(10_000) });
    server.close();
    const session = await openSession(socket, { greetingTimeout: 10_000, ...options });
    return {
      session,
      child,
      folder: home,
      run: (tool, ...args) => void execFileSync(binary(tool), args, { cwd: home, stdio: 'pipe' }),
      runBeside: async (tool, ...args) =>
        void (await execFilePromise(binary(tool), args, { cwd: home, timeout: 20_000 })),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
