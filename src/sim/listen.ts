import { lstatSync, rmSync, statSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { type ListeningPlace, readListeningPlace } from '../transport/listening-place.ts';
import type { SimulatorServer } from './server.ts';
import { SimulatorError } from './simulator-error.ts';

/** A simulator that can be connected to. */
export interface Listening {
  /** Where, as a client is told it: `unix:/tmp/qmp.sock`. */
  readonly uri: string;
  /** Ends every connection, and removes the socket. May be called again. */
  close(): Promise<void>;
}

/**
 * Serves a simulator at `unix:PATH` or `tcp:HOST:PORT`. A socket that nobody listens on any more is replaced. Throws a
 * SimulatorError where the address can't be had; a file that is no socket is never touched.
 */
export async function listen(served: SimulatorServer, uri: string): Promise<Listening> {
  const address = readListeningPlace(uri);
  if (address instanceof Error) throw new SimulatorError(address.message, address.help);
  if ('path' in address) await makeRoom(address.path);
  const server = createServer(socket => {
    socket.setNoDelay(true);
    served.accept(socket);
  });
  await opened(server, address, uri);
  return {
    uri: 'path' in address ? `unix:${address.path}` : uri,
    close: () =>
      new Promise(done => {
        // A closed server removes its own socket.
        server.close(() => done());
        served.close();
      }),
  };
}

function opened(server: Server, address: ListeningPlace, uri: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refusal(uri, error)));
    server.listen(address, resolve);
  });
}

async function makeRoom(path: string): Promise<void> {
  const folder = dirname(path);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new SimulatorError(`there is no folder ${folder} for the socket`, ['make it first']);
  }
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isSocket()) {
    throw new SimulatorError(`${path} is there and is no socket`, [
      'name another path: nothing is overwritten',
    ]);
  }
  if (await answers(path)) {
    throw new SimulatorError(`somebody listens on ${path} already`, [
      'end the other one, or name another path',
    ]);
  }
  rmSync(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createConnection({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // A socket whose queue is full has somebody behind it too.
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EAGAIN'));
  });
}

function refusal(uri: string, error: NodeJS.ErrnoException): SimulatorError {
  const reasons: Readonly<Record<string, readonly [string, string]>> = {
    EADDRINUSE: ['somebody listens there already', 'end the other one, or name another address'],
    EADDRNOTAVAIL: ['this machine has no such address', 'name one of its own: tcp:localhost:4444'],
    EACCES: ['permission denied', 'name a path in a folder of yours, or a port above 1023'],
  };
  const [reason, help] = reasons[error.code ?? ''] ?? [error.message, undefined];
  return new SimulatorError(`cannot listen on ${uri}: ${reason}`, help === undefined ? [] : [help]);
}
