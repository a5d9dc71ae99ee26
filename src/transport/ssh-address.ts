import { ConnectError } from '../qmp/errors.ts';

/** A socket of a host that is reached by ssh. */
export interface SshPlace {
  /** As ssh takes it: `HOST` or `USER@HOST`. */
  readonly destination: string;
  readonly port: string | undefined;
  readonly path: string;
}

const EXAMPLE = 'ssh://me@host/run/vm1.qmp, or with a port ssh://me@host:2222/run/vm1.qmp';

/** Reads `//[USER@]HOST[:PORT]/PATH`; a percent sign stands for a byte of the path, as in any URL. */
export function readSshPlace(rest: string, uri: string): SshPlace | ConnectError {
  const [, user, host, port, encoded = ''] =
    /^\/\/(?:([^@/]+)@)?(\[[^\]/]+\]|[^:@/]+)(?::([0-9]+))?(\/.*)$/s.exec(rest) ?? [];
  if (host === undefined)
    return new ConnectError(uri, 'an ssh address is ssh://[USER@]HOST[:PORT]/PATH', { help: [EXAMPLE] });
  if (/^-/.test(host) || /^-/.test(user ?? ''))
    return new ConnectError(uri, 'neither a user nor a host begins with `-`', { help: [EXAMPLE] });
  const path = decoded(encoded);
  if (path === undefined || path === '/')
    return new ConnectError(uri, 'the path of the socket is missing or not encoded as a URL is', {
      help: [EXAMPLE, 'a percent sign itself is written %25'],
    });
  if (path.includes(':'))
    return new ConnectError(uri, 'ssh forwards to no socket with a colon in its path', {
      help: ['make a symbolic link to it, with a name without a colon'],
    });
  const plain = host.replace(/^\[|\]$/g, '');
  return { destination: user === undefined ? plain : `${user}@${plain}`, port, path };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
