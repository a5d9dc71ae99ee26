import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Disk } from './chain.ts';
import { commandLine } from './command-line.ts';
import { connect, listen } from './monitor.ts';
import type { Sandbox } from './start.ts';
import { setWatchdog } from './watchdog.ts';

const SOCKET = 'again.sock';

/**
 * Starts a sandbox's QEMU again, once it has ended, on the disks as they are now. The first watchdog goes on guarding the
 * folder, and a second one guards the new QEMU. Throws a SandboxError where it does not start.
 */
export async function startAgain(before: Sandbox, disks: readonly Disk[]): Promise<Sandbox> {
  const { engine, directory, extraArguments } = before;
  const socket = join(directory, SOCKET);
  rmSync(socket, { force: true });
  const watchdog = await setWatchdog(
    () => ({ folder: directory, keep: true }),
    () => [...commandLine(engine, socket, disks), ...extraArguments],
  );
  try {
    const server = await listen(socket);
    try {
      const connected = connect(server, watchdog, engine.program);
      watchdog.start();
      const { stream, version } = await connected;
      const stop = async () => {
        stream.destroy();
        await watchdog.stop();
        await before.stop();
      };
      const { output, exited } = watchdog;
      return { ...before, version, stream, output, exited, stop };
    } finally {
      server.close();
    }
  } catch (error) {
    await watchdog.stop();
    throw error;
  }
}
