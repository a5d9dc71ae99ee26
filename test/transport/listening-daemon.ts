import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer } from 'node:net';

/** A storage daemon whose monitor listens. */
export interface ListeningDaemon {
  readonly child: ChildProcess;
  /** Kills it and waits for its end. */
  kill(): Promise<void>;
}

/** Starts a storage daemon with this chardev for its monitor; `further` are command-line arguments. Resolves once `isUp` does so. */
export async function startListening(
  chardev: string,
  isUp: () => Promise<boolean>,
  { program = 'qemu-storage-daemon', further = [] }: { program?: string; further?: readonly string[] } = {},
): Promise<ListeningDaemon> {
  const child = spawn(
    program,
    [...further, '--chardev', `socket,id=m,${chardev},server=on,wait=off`, '--monitor', 'chardev=m'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const exited = once(child, 'exit');
  for (let tries = 0; !(await isUp()); tries++) {
    if (tries > 500 || child.exitCode !== null) throw new Error('the storage daemon did not come up');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return {
    child,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** A port of this host that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** Whether somebody takes connections there. */
export async function isListening(place: { port: number } | { path: string }): Promise<boolean> {
  const socket = createConnection('port' in place ? { ...place, host: '127.0.0.1' } : place);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
