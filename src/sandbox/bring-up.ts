import type { Duplex } from 'node:stream';
import type { Engine } from './engines.ts';
import { connect, listen } from './monitor.ts';
import type { ExitStatus, Watchdog } from './watchdog.ts';

/** A QEMU that a watchdog holds. */
export interface RunningQemu {
  /** What QEMU calls itself, as `7.2.22`. */
  readonly version: string;
  /** Connected to QEMU's monitor; its greeting is still to be read. */
  readonly stream: Duplex;
  /** What QEMU has printed so far; human-monitor-command's qemu-io prints on `stdout`. */
  readonly output: Watchdog['output'];
  /** Resolves when QEMU has ended; the images stay until `stop`. */
  readonly exited: Promise<ExitStatus>;
  /** Kills QEMU and removes the folder unless it is kept. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts the QEMU that a watchdog holds, once all it waits for is made, and connects to it at `socket`. Throws what went wrong, with
 * nothing left running.
 */
export async function bringUp(
  watchdog: Watchdog,
  socket: string,
  { program }: Engine,
  made: readonly unknown[] = [],
): Promise<RunningQemu> {
  try {
    const [server] = await Promise.all([listen(socket), ...made]);
    try {
      const connected = connect(server, watchdog, program);
      watchdog.start();
      const { stream, version } = await connected;
      const stop = async () => {
        stream.destroy();
        await watchdog.stop();
      };
      const { output, exited } = watchdog;
      return { version, stream, output, exited, stop };
    } finally {
      server.close();
    }
  } catch (error) {
    await watchdog.stop();
    throw error;
  }
}
