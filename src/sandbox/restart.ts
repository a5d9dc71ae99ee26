import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bringUp } from './bring-up.ts';
import type { Disk } from './chain.ts';
import { commandLine } from './command-line.ts';
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
  const started = await bringUp(watchdog, socket, engine);
  const stop = async () => {
    await started.stop();
    await before.stop();
  };
  return { ...before, ...started, stop };
}
