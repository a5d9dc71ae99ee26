import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort, isListening } from './listening-daemon.ts';

const SSHD = '/usr/sbin/sshd';

/** Whether there is an OpenSSH server to test with. In CI tools/sshd.sh installs it; elsewhere its absence is said aloud. */
export function haveSshd(): boolean {
  try {
    accessSync(SSHD, constants.X_OK);
    execFileSync('ssh', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn(
      '\nSKIPPED: NO OPENSSH SERVER ON THIS MACHINE, so nothing was tested over ssh. Run tools/sshd.sh.\n',
    );
    return false;
  }
}

/** An ssh server on a port of this host, with keys of its own, for the user who runs the tests. */
export interface Sshd {
  readonly port: number;
  readonly folder: string;
  readonly child: ChildProcess;
  /** Writes the known hosts anew: with the key of the server, with another one, or with none. */
  knowHost(which: 'this' | 'another' | 'none'): void;
  /** Ends the server, and the connections that it has. */
  stop(): Promise<void>;
}

/**
 * Starts an ssh server, and puts an `ssh` before that of PATH that reads settings of its own: OpenSSH finds those of a user by
 * no variable. `settings` are further lines for the server.
 */
export async function startSshd(settings: readonly string[] = []): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'qblk-sshd-'));
  const at = (name: string) => join(folder, name);
  for (const name of ['host', 'another', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
  const port = await freePort();
  const lines = [
    ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${at('host')}`],
    ...[`AuthorizedKeysFile ${at('user.pub')}`, 'StrictModes no', 'PidFile none', 'UsePAM no'],
    ...['PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'PermitRootLogin prohibit-password'],
  ];
  writeFileSync(at('sshd_config'), `${[...lines, ...settings].join('\n')}\n`);
  const known = (name: string) => `[127.0.0.1]:${port} ${readFileSync(at(`${name}.pub`), 'utf8')}`;
  const knowHost: Sshd['knowHost'] = which =>
    writeFileSync(at('known'), which === 'none' ? '' : known(which === 'this' ? 'host' : 'another'));
  knowHost('this');
  writeFileSync(
    at('ssh_config'),
    `IdentityFile ${at('user')}\nIdentitiesOnly yes\nIdentityAgent none\nUserKnownHostsFile ${at('known')}\nGlobalKnownHostsFile none\n`,
  );
  mkdirSync(at('bin'));
  const real = execFileSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).trim();
  writeFileSync(at('bin/ssh'), `#!/bin/sh\nexec ${real} -F ${at('ssh_config')} "$@"\n`);
  chmodSync(at('bin/ssh'), 0o755);
  const path = process.env['PATH'] ?? '';
  process.env['PATH'] = `${at('bin')}${delimiter}${path}`;
  // As root it wants this folder, which a service would have made.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const child = spawn(SSHD, ['-D', '-e', '-f', at('sshd_config')], { stdio: 'ignore', detached: true });
  const exited = once(child, 'exit');
  while (!(await isListening({ port }))) {
    if (child.exitCode !== null) throw new Error('the ssh server did not come up');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return {
    port,
    folder,
    child,
    knowHost,
    async stop() {
      process.env['PATH'] = path;
      if (child.exitCode === null) child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
