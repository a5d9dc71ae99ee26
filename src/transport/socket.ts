import { Socket } from 'node:net';
import { ConnectError } from '../qmp/errors.ts';

/** What an error of the operating system means for an address: the reason, and what to do about it, a line each. */
export type Reason = readonly [reason: string, ...help: string[]];

type Done = (error?: NodeJS.ErrnoException | null) => void;

/**
 * A socket on which a write that finds nobody there any more is no error: that would end it with what the other side said last, why it
 * went included, unread. The end itself comes behind that.
 */
export class MonitorSocket extends Socket {
  override _write(chunk: unknown, encoding: BufferEncoding, done: Done): void {
    super._write(chunk, encoding, unlessGone(done));
  }

  override _writev(chunks: { chunk: unknown; encoding: BufferEncoding }[], done: Done): void {
    super._writev?.(chunks, unlessGone(done));
  }
}

function unlessGone(done: Done): Done {
  return error => done(error?.code === 'EPIPE' ? null : error);
}

/** Resolves once `event` tells that a socket is connected; rejects with a ConnectError, after `timeout` milliseconds at the latest. */
export function connected<S extends Socket>(
  socket: S,
  event: 'connect' | 'secureConnect',
  uri: string,
  timeout: number,
  reasonOf: (error: NodeJS.ErrnoException) => Reason,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy();
      reject(
        new ConnectError(uri, `no answer within ${timeout / 1000} s`, {
          code: 'ETIMEDOUT',
          help: [
            'see that the host is up and that no firewall drops the port',
            ...(event === 'secureConnect'
              ? ['QEMU greets one client at a time: another one may hold it']
              : []),
          ],
        }),
      );
    }, timeout);
    socket.once(event, () => {
      clearTimeout(timer);
      resolve(socket);
    });
    // Stays for as long as the socket: an error between here and the session's own listener must not end the process.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const [reason, ...help] = reasonOf(error);
      reject(new ConnectError(uri, reason, { code: error.code, help, cause: error }));
    });
  });
}
