import { ConnectError } from '../qmp/errors.ts';
import { connected, MonitorSocket, type Reason } from './socket.ts';
import type { Transport } from './transport.ts';

/** A port, with neither encryption nor a question who asks. */
export const tcp: Transport = {
  async connect(rest, uri, timeout) {
    const place = readHostAndPort(rest, uri);
    if (place instanceof ConnectError) throw place;
    const socket = new MonitorSocket().connect({ ...place, noDelay: true });
    return connected(socket, 'connect', uri, timeout, error => portReason(error, 'tcp'));
  },
  exposure(rest) {
    const place = readHostAndPort(rest, rest);
    if (place instanceof ConnectError || isLoopback(place.host)) return undefined;
    return 'tcp off this host is not encrypted and asks nobody who he is: whoever reaches the port can do all that QEMU can; use tls: or ssh://';
  },
};

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** Reads HOST:PORT, an IPv6 host in brackets, or tells what is wrong with it. */
export function readHostAndPort(rest: string, uri: string, scheme = 'tcp'): HostAndPort | ConnectError {
  const [, host, digits] = /^(\[[^\]]+\]|[^:]+):([0-9]+)$/.exec(rest.replace(/^\/\//, '')) ?? [];
  const port = Number(digits);
  if (!host || !(port > 0 && port < 65536)) {
    return new ConnectError(uri, `a ${scheme} address is ${scheme}:HOST:PORT`, {
      help: [`for example ${scheme}:localhost:4444 or ${scheme}:[::1]:4444`],
    });
  }
  return { host: host.replace(/^\[|\]$/g, ''), port };
}

/** What an error means that came before a port of a host answered. */
export function portReason(error: NodeJS.ErrnoException, scheme: 'tcp' | 'tls'): Reason {
  switch (error.code) {
    case 'ECONNREFUSED':
      return [
        'nobody listens on this port',
        scheme === 'tcp'
          ? 'see that QEMU runs and was started with `-qmp tcp:HOST:PORT,server=on,wait=off`'
          : 'see that QEMU runs, with `-chardev socket,host=HOST,port=PORT,server=on,wait=off,tls-creds=…`',
      ];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return ['the name of the host is not known'];
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return ['there is no way to this host', 'see that it is up, and that the network goes there'];
    default:
      return [error.message];
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(host) || /^(0*:)+:?0*1$/.test(host);
}
