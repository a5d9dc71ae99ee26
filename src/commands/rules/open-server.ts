import { isObject } from '../../qmp/json.ts';
import { Arguments, type Caution } from '../define.ts';
import { quoted, refuse } from './refusals.ts';

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

/** What to think of before an NBD server is opened that the network reaches and that asks nobody who they are. */
export function servesTheNetwork(args: Arguments): Caution | undefined {
  const address = args.value('addr');
  if (args.has('tls-creds') || !isObject(address) || address['type'] !== 'inet') return undefined;
  const members = new Arguments(isObject(address['data']) ? address['data'] : address);
  const host = members.text('host');
  if (host === undefined || LOOPBACK.test(host)) return undefined;
  const shown = host.includes(':') ? `[${host}]` : host;
  return refuse(
    'open-nbd-server',
    'addr',
    `Whoever reaches ${quoted(`${shown}:${members.text('port') ?? 10809}`)} can read what is exported there, and write to what is writable; nothing is encrypted.`,
    [
      'on one host use a socket: `nbd start unix:PATH`',
      'between hosts use TLS: `nbd start HOST:PORT tls-creds=ID`, with an object `tls-creds-x509` of that id',
    ],
  );
}
