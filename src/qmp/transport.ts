import { statSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { ConnectError } from './errors.ts';

/** Where a QMP server listens. */
export type Address =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

const SUPPORTED = 'supported are unix:PATH, a bare path, and tcp:HOST:PORT';

/** The kernel's bound on the path of a unix socket, in bytes. */
const LONGEST_PATH = 107;

/** Reads `unix:PATH`, a bare path or `tcp:HOST:PORT` (an IPv6 host in brackets). What is wrong with it comes back as a value. */
export function parseAddress(uri: string): Address | ConnectError {
  const [, scheme, rest = ''] = /^([A-Za-z][A-Za-z0-9+-]*):(.*)$/s.exec(uri) ?? [];
  if (scheme === undefined || scheme === 'unix') return parsePath(uri, scheme === undefined ? uri : rest);
  if (scheme === 'tcp') return parseHost(uri, rest);
  return new ConnectError(uri, `\`${scheme}:\` is not a kind of address known here`, {
    help: [SUPPORTED, `a file of that name is written ./${uri}`],
  });
}

/**
 * Connects within `timeout` milliseconds (5000 without it) or rejects with a ConnectError. That says nothing of QMP yet: a
 * monitor that serves somebody else accepts connections too.
 */
export function connect(uri: string, { timeout = 5000 }: { timeout?: number } = {}): Promise<Socket> {
  const address = parseAddress(uri);
  if (address instanceof ConnectError) return Promise.reject(address);
  return new Promise((resolve, reject) => {
    const socket =
      address.kind === 'unix'
        ? createConnection({ path: address.path })
        : createConnection({ host: address.host, port: address.port, noDelay: true });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(
        new ConnectError(uri, `no answer within ${timeout / 1000} s`, {
          code: 'ETIMEDOUT',
          help: ['see that the host is up and that no firewall drops the port'],
        }),
      );
    }, timeout);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    // Stays for as long as the socket: an error between here and the session's own listener must not end the process.
    socket.on('error', error => {
      clearTimeout(timer);
      reject(connectError(uri, address, error));
    });
  });
}

function parsePath(uri: string, path: string): Address | ConnectError {
  if (path === '')
    return new ConnectError(uri || "''", 'the path of the socket is missing', { help: [SUPPORTED] });
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
  return { kind: 'unix', path };
}

function parseHost(uri: string, rest: string): Address | ConnectError {
  const [, host, digits] = /^(\[[^\]]+\]|[^:]+):([0-9]+)$/.exec(rest.replace(/^\/\//, '')) ?? [];
  const port = Number(digits);
  if (!host || !(port > 0 && port < 65536)) {
    return new ConnectError(uri, 'a tcp address is tcp:HOST:PORT', {
      help: ['for example tcp:localhost:4444 or tcp:[::1]:4444'],
    });
  }
  return { kind: 'tcp', host: host.replace(/^\[|\]$/g, ''), port };
}

function connectError(uri: string, address: Address, error: NodeJS.ErrnoException): ConnectError {
  const [reason, ...help] = address.kind === 'unix' ? unixReason(address.path, error) : tcpReason(error);
  return new ConnectError(uri, reason, { code: error.code, help, cause: error });
}

function unixReason(path: string, error: NodeJS.ErrnoException): [string, ...string[]] {
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

function tcpReason(error: NodeJS.ErrnoException): [string, ...string[]] {
  switch (error.code) {
    case 'ECONNREFUSED':
      return [
        'nobody listens on this port',
        'see that QEMU runs and was started with `-qmp tcp:HOST:PORT,server=on,wait=off`',
      ];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return ['the name of the host is not known'];
    default:
      return [error.message];
  }
}

function isSocket(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false;
}
