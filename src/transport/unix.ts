import { statSync } from 'node:fs';
import { ConnectError } from '../qmp/errors.ts';
import { connected, MonitorSocket, type Reason } from './socket.ts';
import { socketExposure } from './socket-exposure.ts';
import type { Transport } from './transport.ts';

/** The kernel's bound on the path of a unix socket, in bytes. */
const LONGEST_PATH = 107;

/** A socket of this host. */
export const unix: Transport = {
  async connect(rest, uri, timeout) {
    const path = readPath(rest, uri);
    if (path instanceof ConnectError) throw path;
    return connected(new MonitorSocket().connect({ path }), 'connect', uri, timeout, error =>
      reasonOf(path, error),
    );
  },
  exposure: socketExposure,
};

/** The path of a socket, or what is wrong with it. */
export function readPath(path: string, uri: string): string | ConnectError {
  if (path === '')
    return new ConnectError(uri || "''", 'the path of the socket is missing', {
      help: ['write the path that QEMU was given: unix:PATH, or the path alone'],
    });
  if (/,(server|wait|path|id)\b/.test(path)) {
    return new ConnectError(uri, "QEMU's own options are no part of the address", {
      help: [`leave them out: unix:${path.replace(/,.*$/s, '')}`],
    });
  }
  const bytes = new TextEncoder().encode(path).length;
  if (bytes > LONGEST_PATH) {
    return new ConnectError(
      uri,
      `the path has ${bytes} bytes, and a unix socket's can have ${LONGEST_PATH}`,
      {
        code: 'ENAMETOOLONG',
        help: [
          'change to the folder of the socket and name it from there, or make a short symbolic link to that folder',
        ],
      },
    );
  }
  return path;
}

function reasonOf(path: string, error: NodeJS.ErrnoException): Reason {
  switch (error.code) {
    case 'ENOENT':
      return [
        'there is no such socket',
        'see that QEMU runs and was started with `-qmp unix:PATH,server=on,wait=off`',
      ];
    case 'ENOTDIR':
      return ['a part of the path is not a folder'];
    case 'EACCES':
    case 'EPERM':
      return [
        'permission denied',
        'run as the user that QEMU runs as, or change who may write to the socket',
      ];
    case 'ECONNREFUSED':
      return isSocket(path)
        ? [
            'nobody listens on this socket any more',
            'QEMU has gone and left it behind, or QEMU itself connects out (`server=off`)',
          ]
        : ['this is not a socket', 'the path must be the one that `-qmp unix:PATH,…` names'];
    case 'EAGAIN':
      return [
        'the monitor is busy and others wait for it already',
        'a QMP socket serves one client at a time: end the other one',
      ];
    default:
      return [error.message];
  }
}

function isSocket(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false;
}
