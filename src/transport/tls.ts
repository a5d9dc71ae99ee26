import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type PeerCertificate } from 'node:tls';
import { ConnectError, QmpError } from '../qmp/errors.ts';
import { suggest } from '../text/suggest.ts';
import { relay } from './relay.ts';
import { connected, type Reason } from './socket.ts';
import { portReason, readHostAndPort } from './tcp.ts';
import type { Transport } from './transport.ts';

const FILES = ['ca', 'cert', 'key'] as const;
const PARAMETERS: readonly string[] = [...FILES, 'server-name'];

/**
 * A port with TLS, as QEMU's tls-creds-x509 does it. Without `ca` the authorities that Node.js comes with are trusted; `cert`
 * and `key` are for a QEMU that wants to know its client.
 */
export const tls: Transport = {
  async connect(rest, uri, timeout) {
    const [place = '', query = ''] = rest.split(/\?(.*)/s);
    const target = readHostAndPort(place, uri, 'tls');
    if (target instanceof ConnectError) throw target;
    const { name, files } = readParameters(query, uri);
    const wanted = name ?? target.host;
    const options: ConnectionOptions = { ...target, ...files };
    // Server Name Indication has no room for an address.
    if (isIP(wanted) === 0) options.servername = wanted;
    const opening = connectTls(options);
    opening.setNoDelay(true);
    const hasCa = files.ca !== undefined;
    const socket = await connected(opening, 'secureConnect', uri, timeout, error =>
      reasonOf(error, wanted, hasCa),
    );
    return relay({
      reading: socket,
      writing: socket,
      nudge: NUDGE,
      release: () => socket.destroy(),
      async why(heardNothing, error) {
        if (!heardNothing) return error;
        const [reason, ...help] = error ? reasonOf(error, wanted, hasCa) : HUNG_UP;
        return new QmpError(reason, { help, cause: error });
      },
    });
  },
};

interface Parameters {
  readonly name: string | undefined;
  readonly files: { readonly [name in (typeof FILES)[number]]?: Buffer };
}

function readParameters(query: string, uri: string): Parameters {
  const given = new Map(
    query
      .split('&')
      .filter(pair => pair !== '')
      .map(pair => {
        const [name = '', value = ''] = pair.split(/=(.*)/s);
        return [name, value] as const;
      }),
  );
  for (const name of given.keys()) {
    if (PARAMETERS.includes(name)) continue;
    const [near] = suggest(name, PARAMETERS);
    throw new ConnectError(uri, `\`${name}\` is no parameter of a tls address`, {
      help: [near === undefined ? `there is ${PARAMETERS.join(', ')}` : `did you mean ${near}?`],
    });
  }
  if (given.has('cert') !== given.has('key'))
    throw new ConnectError(uri, 'a client certificate is of use only with its key, and the other way round', {
      help: ['give both: ?cert=client-cert.pem&key=client-key.pem'],
    });
  const files = FILES.flatMap(name => {
    const path = given.get(name);
    return path === undefined ? [] : [[name, readPem(name, path, uri)] as const];
  });
  return { name: given.get('server-name'), files: Object.fromEntries(files) };
}

function readPem(name: string, path: string, uri: string): Buffer {
  try {
    const pem = readFileSync(path);
    if (pem.includes('-----BEGIN ')) return pem;
    throw new ConnectError(uri, `the file of \`${name}\`, ${path}, is not in PEM form`, {
      help: ['it begins with -----BEGIN CERTIFICATE-----, or with PRIVATE KEY for a key'],
    });
  } catch (error) {
    if (error instanceof ConnectError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ConnectError(uri, `the file of \`${name}\` can't be read: ${message}`, { code, cause: error });
  }
}

/**
 * Up to 7.2 and not from 10.0 on, QEMU takes one byte of a TLS record and looks at the rest when more comes: so after each command
 * comes a record of its own with a newline, which QMP does not mind.
 */
const NUDGE = '\n';

const UNTRUSTED: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
]);

const HUNG_UP: Reason = [
  'the other side hung up before it said anything',
  'where QEMU has `verify-peer=on`, the default, it wants a client certificate of its own authority: ?cert=FILE&key=FILE',
  'see that the port is the one with `tls-creds=`',
];

/** An error of node:tls about the name in a certificate comes with that certificate. */
type TlsError = NodeJS.ErrnoException & { readonly cert?: PeerCertificate };

function reasonOf(error: TlsError, wanted: string, hasCa: boolean): Reason {
  const { code = '', message } = error;
  if (UNTRUSTED.has(code))
    return [
      `its certificate is not trusted: ${message}`,
      hasCa
        ? 'the file of `ca` must hold the authority that signed the certificate of QEMU'
        : 'name the authority that signed it: ?ca=ca-cert.pem, the file that QEMU has in its `dir=` too',
    ];
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return [
        `its certificate is for another name than ${wanted}: ${error.cert?.subjectaltname ?? message}`,
        'connect by a name that stands in it, or say which one it has: ?server-name=NAME',
      ];
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return [
        `its certificate is out of date: ${message}`,
        'give QEMU a new one, and see that both clocks are right',
      ];
    case 'ECONNRESET':
    case 'EPIPE':
      return HUNG_UP;
  }
  if (
    code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
    code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' ||
    code === 'EPROTO'
  )
    return [
      'the other side does not speak TLS',
      'for a monitor without `tls-creds=` write tcp: in the place of tls:',
    ];
  if (code.startsWith('ERR_OSSL') || code.startsWith('ERR_SSL') || code === 'ERR_TLS_INVALID_CONTEXT')
    return [`TLS failed: ${message}`, 'see that cert, key and ca belong together'];
  return portReason(error, 'tls');
}
