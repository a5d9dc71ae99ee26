import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionLostError, QmpError } from '../../src/qmp/errors.ts';
import { openSession, type Session } from '../../src/qmp/session.ts';
import { connect } from '../../src/transport/transports.ts';
import { buildProgram, until } from '../cli/program.ts';
import { haveStorageDaemon } from '../jobs/storage-daemon.ts';
import { isListening, type ListeningDaemon, startListening } from './listening-daemon.ts';
import { haveSshd, type Sshd, startSshd } from './sshd.ts';

const open = async (uri: string): Promise<Session> =>
  openSession(await connect(uri), { address: uri, greetingTimeout: 5000 });

const whyNot = async (uri: string): Promise<string> => {
  const failed = await open(uri).then(
    session => session.close(),
    (error: unknown) => error,
  );
  expect((failed as Error).name).toBe('ConnectError');
  const { message, help } = failed as QmpError;
  return [message, ...help].join('\n');
};

/** The folders of masters, which are to be gone with their connections. */
const leftFolders = () => readdirSync(tmpdir()).filter(name => name.startsWith('qblk-ssh-'));

/** The processes of ssh that have a master's folder in their words. */
function masters(): number[] {
  const all = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' });
  return [...all.matchAll(/^\s*(\d+) \S*ssh .*-M -S \S*qblk-ssh-.*$/gm)].map(([, pid]) => Number(pid));
}

const isReal = haveSshd() && haveStorageDaemon();

describe.runIf(isReal)('over ssh', () => {
  let sshd: Sshd;
  let daemon: ListeningDaemon;
  let temporary: string | undefined;
  const uri = (path: string, user = '') => `ssh://${user}127.0.0.1:${sshd.port}${path}`;
  const at = (name: string) => join(sshd.folder, name);

  async function restartDaemon(): Promise<void> {
    const path = at('q.sock');
    daemon = await startListening(`path=${path}`, () => isListening({ path }));
  }

  beforeAll(async () => {
    sshd = await startSshd();
    temporary = process.env['TMPDIR'];
    process.env['TMPDIR'] = sshd.folder;
    await restartDaemon();
  });
  afterAll(async () => {
    await daemon.kill();
    if (temporary === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = temporary;
    await sshd.stop();
  });

  test('a session; its master and its folder go with it', async () => {
    const session = await open(uri(at('q.sock')));
    expect(leftFolders()).toHaveLength(1);
    expect(masters()).toHaveLength(1);
    expect(await session.execute('query-jobs')).toEqual([]);
    expect(JSON.stringify(await session.execute('query-qmp-schema')).length).toBeGreaterThan(50_000);
    await session.close();
    await until(() => leftFolders().length === 0 && masters().length === 0);
  });

  test('what is at the path', async () => {
    expect(await whyNot(uri(at('none')))).toMatch(/there is no socket .*\/none on the host/);
    expect(await whyNot(uri(at('known')))).toMatch(/known is no socket/);
    writeFileSync(at('b c'), '');
    expect(await whyNot(uri(`${sshd.folder}/b%20c`))).toMatch(/b c is no socket/);
    await until(() => leftFolders().length === 0 && masters().length === 0);
  });

  test('a QEMU that is killed ends the session, and one that is not up any more says so', async () => {
    const session = await open(uri(at('q.sock')));
    await daemon.kill();
    expect((await session.closed)?.message).toMatch(/^ssh:.*: QEMU went away$/);
    expect(await whyNot(uri(at('q.sock')))).toMatch(/nobody listens on .*q\.sock any more/);
    await restartDaemon();
  });

  test('ssh that is killed is not taken for QEMU', async () => {
    const session = await open(uri(at('q.sock')));
    for (const pid of masters()) process.kill(pid, 'SIGKILL');
    expect(((await session.closed) as ConnectionLostError).message).toMatch(/the ssh connection was lost/);
    await until(() => leftFolders().length === 0);
  });

  test('a qblk that is killed leaves neither a master nor a folder', async () => {
    const program = await buildProgram();
    const { child, done } = program.start(['-c', 'wait event JOB_STATUS_CHANGE', '--qmp', uri(at('q.sock'))]);
    const folders = () => readdirSync(program.temporary).filter(name => name.startsWith('qblk-ssh-'));
    await until(() => folders().length === 1 && masters().length === 1);
    child.kill('SIGKILL');
    await done;
    await until(() => folders().length === 0 && masters().length === 0);
    program.remove();
  });

  test('keys of the host and of the user', async () => {
    sshd.knowHost('another');
    expect(await whyNot(uri(at('q.sock')))).toMatch(
      /another key than the one that is known[\s\S]*ssh-keygen -R/,
    );
    sshd.knowHost('none');
    expect(await whyNot(uri(at('q.sock')))).toMatch(/not known yet[\s\S]*ssh -p \d+ 127\.0\.0\.1/);
    sshd.knowHost('this');
    expect(await whyNot(uri(at('q.sock'), 'nobody-here@'))).toMatch(/does not let you in[\s\S]*ssh-add/);
    await until(() => leftFolders().length === 0);
  });

  test('nobody at the port', async () => {
    expect(await whyNot('ssh://127.0.0.1:1/q')).toContain('no ssh server listens there');
    expect(await whyNot('ssh://no.such.host.invalid/q')).toContain('the name of the host is not known');
  });
});

describe.runIf(isReal)('a server that forwards no sockets', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd(['AllowStreamLocalForwarding no']);
  });
  afterAll(() => sshd.stop());

  test('is told apart', async () => {
    const path = join(sshd.folder, 'q.sock');
    const daemon = await startListening(`path=${path}`, () => isListening({ path }));
    expect(await whyNot(`ssh://127.0.0.1:${sshd.port}${path}`)).toContain('`AllowStreamLocalForwarding yes`');
    await daemon.kill();
  });
});
