import type { Server, Socket } from 'node:net';
import { SandboxError } from './sandbox-error.ts';
import type { Watchdog } from './watchdog.ts';

// The least room for a socket's path that any system has is 104 bytes, the closing zero included.
const SOCKET_PATH_LIMIT = 103;
const START_LIMIT = 10_000;

/** What `stream` says up to and with the first message that has `key`. */
async function readTo(
  stream: Socket,
  key: string,
): Promise<{ text: string; message: Record<string, unknown> }> {
  let text = '';
  for (;;) {
    for (const line of text.split('\n').slice(0, -1)) {
      const message: Record<string, unknown> = JSON.parse(line);
      if (key in message) return { text, message };
    }
    const chunk: Buffer | null = stream.read();
    if (chunk) text += chunk.toString('latin1');
    else await new Promise(wake => stream.once('readable', wake));
  }
}

/** The version in the monitor's greeting, which is put back, unread. */
async function peekVersion(stream: Socket): Promise<string> {
  const { text, message } = await readTo(stream, 'QMP');
  stream.unshift(Buffer.from(text, 'latin1'));
  const { version } = message['QMP'] as {
    version: { qemu: { major: number; minor: number; micro: number } };
  };
  return `${version.qemu.major}.${version.qemu.minor}.${version.qemu.micro}`;
}

/** Resolves when QEMU executes commands. It greets long before, while its nodes and devices can still fail. */
async function ready(stream: Socket): Promise<void> {
  await readTo(stream, 'QMP');
  stream.write('{"execute":"qmp_capabilities"}');
  await readTo(stream, 'return');
  stream.destroy();
}

/** Listens for a QEMU on a unix socket at `path`; throws a SandboxError where that is longer than a socket's may be. */
export async function listen(path: string): Promise<Server> {
  if (Buffer.byteLength(path) > SOCKET_PATH_LIMIT) {
    throw new SandboxError(`the path of the sandbox's socket is too long: ${path}`, [
      'set TMPDIR to a shorter path',
    ]);
  }
  const { createServer } = await import('node:net');
  // QEMU connects to us, not we to it: the other way round loses a race in QEMU up to 10.0.2.
  const server = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
  return server;
}

/** QEMU's two monitors, in whichever order: they are the same. */
async function monitors(server: Server): Promise<[Socket, Socket]> {
  const streams: Socket[] = [];
  await new Promise<void>(done => {
    server.on('connection', stream => {
      stream.on('error', () => {});
      if (streams.push(stream) === 2) done();
    });
  });
  return streams as [Socket, Socket];
}

/**
 * Waits until a QEMU is connected to `server` by two monitors and executes commands; one of them is the stream, its
 * greeting unread. Throws a SandboxError with QEMU's words when it ends before that, or takes ten seconds.
 */
export async function connect(
  server: Server,
  watchdog: Watchdog,
  program: string,
): Promise<{ stream: Socket; version: string }> {
  let timer: NodeJS.Timeout | undefined;
  const failed = (what: string) => {
    const said = watchdog.output.stderr.trim();
    return new SandboxError(`${program} ${what}${said && `: ${said}`}`);
  };
  try {
    return await Promise.race([
      monitors(server).then(async ([stream, second]) => {
        const [version] = await Promise.all([peekVersion(stream), ready(second)]);
        return { stream, version };
      }),
      // A little later than its end comes the last of what QEMU had to say.
      watchdog.exited
        .then(status => new Promise(resolve => setTimeout(resolve, 20, status)))
        .then(status => {
          throw failed(`did not start (exit status ${status})`);
        }),
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(failed(`was not ready within ${START_LIMIT / 1000} s`)), START_LIMIT);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
