import { ConnectError } from '../qmp/errors.ts';
import { type HostAndPort, readHostAndPort } from './tcp.ts';
import { readPath } from './unix.ts';

/** Where a server of our own can listen. */
export type ListeningPlace = { readonly path: string } | HostAndPort;

/** Reads `unix:PATH`, a bare path or `tcp:HOST:PORT`: of the addresses that can be connected to, those that can be listened on. */
export function readListeningPlace(uri: string): ListeningPlace | ConnectError {
  const [, scheme = 'unix', rest = uri] = /^([A-Za-z][A-Za-z0-9+-]*):(.*)$/s.exec(uri) ?? [];
  if (scheme === 'tcp') return readHostAndPort(rest, uri);
  if (scheme !== 'unix')
    return new ConnectError(uri, `\`${scheme}:\` is not a kind of address to listen on`, {
      help: ['there is unix:PATH, a path, and tcp:HOST:PORT', `a file of that name is written ./${uri}`],
    });
  const path = readPath(rest, uri);
  return path instanceof ConnectError ? path : { path };
}
