import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { QmpError } from '../../src/qmp/errors.ts';
import { openSession, type Session } from '../../src/qmp/session.ts';
import { connect } from '../../src/transport/transports.ts';
import { buildProgram, type Program, until } from '../cli/program.ts';
import { haveStorageDaemon } from '../jobs/storage-daemon.ts';
import { GREETING } from '../qmp/wire.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => program.remove());

const hasDaemon = haveStorageDaemon();
/** Told apart from other tests' daemons by the name of its chardev. */
const DAEMON = 'exec:qemu-storage-daemon --chardev stdio,id=execed --monitor chardev=execed';

const open = async (uri: string): Promise<Session> =>
  openSession(await connect(uri), { address: uri, greetingTimeout: 15_000 });

const whyNot = async (uri: string): Promise<string> => {
  const failed = await open(uri).then(
    session => session.close(),
    (error: unknown) => error,
  );
  const { message, help } = failed as QmpError;
  return [message, ...help].join('\n');
};

const running = (words: string) =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter(line => /^\S*qemu-storage-daemon /.test(line) && line.includes(words)).length;

/** The process of a storage daemon. */
function pidOf(words: string): number {
  const all = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
  return Number.parseInt(
    all.find(line => /^\s*\d+ \S*qemu-storage-daemon /.test(line) && line.includes(words)) ?? '',
    10,
  );
}

/** A program of Node.js as the words of an address: a space in it would begin another word. */
const script = (text: string) => `exec:node -e ${text.replaceAll(' ', '\\ ')}`;

test.runIf(hasDaemon)(
  'the standard input and output of a storage daemon, which ends with the session',
  async () => {
    const session = await open(DAEMON);
    expect(await session.execute('query-jobs')).toEqual([]);
    expect(JSON.stringify(await session.execute('query-qmp-schema')).length).toBeGreaterThan(50_000);
    expect(running('stdio,id=execed')).toBe(1);
    await session.close();
    await until(() => running('stdio,id=execed') === 0);
  },
);

test.runIf(hasDaemon)('a quit that was answered is no loss', async () => {
  const session = await open(DAEMON);
  await session.execute('quit');
  expect(await session.closed).toBeUndefined();
});

test.runIf(hasDaemon)('a program that is killed says so', async () => {
  const session = await open(DAEMON);
  process.kill(pidOf('stdio,id=execed'), 'SIGKILL');
  expect((await session.closed)?.message).toContain('qemu-storage-daemon was ended by SIGKILL');
});

test.runIf(hasDaemon)('it ends with a qblk that is killed, and hears no Ctrl-C', async () => {
  const wait = spawn(
    process.execPath,
    [program.path, '-c', 'wait event JOB_STATUS_CHANGE', '--qmp', DAEMON.replaceAll('execed', 'orphan')],
    { stdio: 'ignore', detached: true },
  );
  await until(() => running('stdio,id=orphan') === 1);
  const groups = execFileSync('ps', ['-eo', 'pgid,args'], { encoding: 'utf8' });
  const [, group] = /^\s*(\d+) \S*qemu-storage-daemon .*id=orphan/m.exec(groups) ?? [];
  expect(Number(group)).not.toBe(wait.pid);
  wait.kill('SIGKILL');
  await once(wait, 'exit');
  await until(() => running('stdio,id=orphan') === 0);
});

test('what bridges to a socket, and what it says when it fails', async () => {
  const greeting = JSON.stringify(GREETING);
  const answers = `process.stdout.write(${greeting});process.stdin.on("data",d=>console.log('{"return":{},"id":'+JSON.parse(d).id+'}'))`;
  const session = await open(script(answers));
  expect(await session.execute('query-jobs')).toEqual({});
  await session.close();
  expect(await whyNot(script('console.error("no route to the moon");process.exit(3)'))).toMatch(
    /node ended with status 3: no route to the moon/,
  );
  expect(await whyNot('exec:no-such-program x')).toContain('there is no program no-such-program');
  expect(await whyNot('exec:echo HTTP/1.1 400')).toContain('this is not a QMP monitor');
  expect(await whyNot("exec:echo '$HOME' | cat")).toContain("'$HOME' | cat");
  expect(await whyNot('exec:true')).toMatch(/true ended with status 0[\s\S]*try it by hand/);
});
