import { mkdtempSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectError, QmpError } from '../qmp/errors.ts';
import { relay } from './relay.ts';
import { connected } from './socket.ts';
import { readSshPlace, type SshPlace } from './ssh-address.ts';
import { forwardReason, loginReason } from './ssh-reasons.ts';
import type { Transport } from './transport.ts';
import { atTheEnd } from './watchdog.ts';

/** How many seconds a connection has until the other host has answered, and how long logging in may take where nobody is asked. */
const CONNECT_TIMEOUT = 10;
const LOGIN_LIMIT = 30_000;
/** After so many seconds without anybody on it, a master that nobody could end any more ends itself. */
const MASTER_LINGERS = 10;
/** More than this leaves no room for the name of a control socket. */
const LONGEST_FOLDER = 60;

/**
 * A socket of another host, through the system's OpenSSH with the user's own settings, keys and agent. A master of its own is in
 * the background, in a folder that only the user can enter; a watchdog ends the one and removes the other with the
 * connection, or with this process, however that ends.
 */
export const ssh: Transport = {
  async connect(rest, uri) {
    const place = readSshPlace(rest, uri);
    if (place instanceof ConnectError) throw place;
    const { execa } = await import('execa');
    const folder = mkdtempSync(join(tmpdir().length > LONGEST_FOLDER ? '/tmp' : tmpdir(), 'qblk-ssh-'));
    const at = (name: string) => join(folder, name);
    const end = atTheEnd('ssh -F none -S "$1/control" -O exit qblk >/dev/null 2>&1\nrm -rf -- "$1"', [
      folder,
    ]);
    const log = () => readLog(at('log'));
    /** Answers over the master, which has logged in. */
    const overMaster = (...words: string[]) =>
      execa('ssh', ['-F', 'none', '-S', at('control'), ...words], { reject: false, stdin: 'ignore' });
    try {
      const isAsked = mayAsk(place);
      const login = await execa('ssh', loginWords(place, folder, isAsked), {
        reject: false,
        stdio: 'ignore',
        ...(isAsked ? {} : { timeout: LOGIN_LIMIT }),
      });
      if (login.failed) {
        const { reason, help } = loginReason(place, log(), login);
        throw new ConnectError(uri, reason, { help, code: login.code });
      }
      const forward = await overMaster('-O', 'forward', '-L', `${at('qmp')}:${place.path}`, 'qblk');
      if (forward.failed) {
        const { reason, help } = forwardReason(place, `${log()}\n${forward.stderr}`);
        throw new ConnectError(uri, reason, { help });
      }
      const socket = await connected(createConnection(at('qmp')), 'connect', uri, LOGIN_LIMIT, error => [
        `ssh's own socket: ${error.message}`,
      ]);
      return relay({
        reading: socket,
        writing: socket,
        release: () => {
          socket.destroy();
          end();
        },
        async why(heardNothing) {
          const master = await overMaster('-O', 'check', 'qblk');
          if (master.failed) return new QmpError(`the ssh connection was lost${colon(log())}`);
          if (!heardNothing) return undefined;
          const look = await overMaster('qblk', lookAt(place.path));
          const { reason, help } = forwardReason(place, log(), look.exitCode);
          return new QmpError(reason, { help });
        },
      });
    } catch (error) {
      end();
      throw error;
    }
  },
};

function loginWords({ destination, port }: SshPlace, folder: string, isAsked: boolean): string[] {
  const options = {
    ...{
      BatchMode: isAsked ? 'no' : 'yes',
      ConnectTimeout: CONNECT_TIMEOUT,
      ControlPersist: MASTER_LINGERS,
    },
    // What the user has set up for shells of his is not for this one.
    ...{ ClearAllForwardings: 'yes', ForwardAgent: 'no', ForwardX11: 'no', PermitLocalCommand: 'no' },
    ...{ RemoteCommand: 'none', RequestTTY: 'no', StreamLocalBindUnlink: 'yes', StreamLocalBindMask: '0177' },
    // A host that has gone without a word is noticed after a minute.
    ...{ ServerAliveInterval: 20, ServerAliveCountMax: 3 },
  };
  return [
    ...['-M', '-S', join(folder, 'control'), '-E', join(folder, 'log'), '-N', '-f'],
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...(port === undefined ? [] : ['-p', port]),
    ...['--', destination],
  ];
}

/**
 * Whether ssh may ask on its terminal for a password, or whether a host is to be trusted. It may for the first connection: later,
 * when a lost one is tried again, a prompt has that terminal.
 */
function mayAsk({ destination }: SshPlace): boolean {
  if (process.stdin.isTTY !== true || asked.has(destination)) return false;
  asked.add(destination);
  return true;
}

const asked = new Set<string>();

/** What a shell of the other host finds at a path, as its exit status. */
function lookAt(path: string): string {
  const quoted = `'${path.replaceAll("'", "'\\''")}'`;
  return `test -e ${quoted} || exit 71; test -S ${quoted} || exit 72; test -w ${quoted} || exit 73; exit 74`;
}

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

function colon(words: string): string {
  return words === '' ? '' : `: ${words}`;
}
