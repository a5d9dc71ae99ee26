import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Json, type JsonObject, parseJson, stringifyJson } from '../../src/qmp/json.ts';

const folder = process.env['QBLK_QEMU_BIN'];
const program = folder ? join(folder, 'qemu-storage-daemon') : 'qemu-storage-daemon';

/** Whether a real QEMU can judge. In CI its absence is an error, elsewhere it is said aloud. */
export function haveRealReader(): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch (cause) {
    if (process.env['CI']) throw new Error('CI needs qemu-storage-daemon on the PATH', { cause });
    console.warn('SKIPPED: no qemu-storage-daemon on the PATH, so no real QEMU judged the validator');
    return false;
  }
}

/** A storage daemon without any node, spoken to over its standard streams, one command at a time. */
export interface RealReader {
  /** The reply, with `return` or `error`. Throws when the daemon is gone. */
  send(command: string, args: unknown): Promise<JsonObject>;
  stop(): Promise<void>;
}

export async function startRealReader(): Promise<RealReader> {
  const home = mkdtempSync(join(tmpdir(), 'qblk-qapi-'));
  const child = spawn(program, ['--chardev', 'stdio,id=qmp', '--monitor', 'chardev=qmp'], {
    cwd: home,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  // A daemon that has died is seen by the end of its output.
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const send = async (command: string, args: unknown) => {
    child.stdin.write(stringifyJson({ execute: command, arguments: args as Json }));
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the daemon ended at ${command} ${stringifyJson(args as Json)}`);
      const message = parseJson(value) as JsonObject;
      if ('return' in message || 'error' in message) return message;
    }
  };
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
    rmSync(home, { recursive: true, force: true });
  };
  await send('qmp_capabilities', {});
  return { send, stop };
}
