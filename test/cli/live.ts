import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { openSession, type Session } from '../../src/qmp/session.ts';
import { type Engine, findEngines } from '../../src/sandbox/engines.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { buildProgram, type Program } from './program.ts';

/** A storage daemon with the chain `disk0: A <- B <- C` and a monitor that the program can connect to. */
export interface Live {
  readonly sandbox: Sandbox;
  /** A session of ours beside the program's. */
  readonly session: Session;
  readonly socket: string;
  stop(): Promise<void>;
}

/** The storage daemon to test with; in CI its absence is an error, elsewhere it is said aloud. */
export function storageDaemon(): Engine | undefined {
  const engine = findEngines().find(({ kind }) => kind === 'storage-daemon');
  if (!engine && process.env['CI'])
    throw new Error('no qemu-storage-daemon on this machine: run tools/qemu.sh');
  if (!engine) console.warn('\nNO qemu-storage-daemon: the program is not tested on a live one.\n');
  return engine;
}

export async function startLive(engine: Engine): Promise<Live> {
  const sandbox = await startSandbox({
    engine,
    chains: [{ device: 'disk0', images: [{ nodeName: 'A' }, { nodeName: 'B' }, { nodeName: 'C' }] }],
    extraArguments: [
      ...['--chardev', 'socket,id=users,path=users.sock,server=on,wait=off'],
      ...['--monitor', 'chardev=users'],
    ],
  });
  const session = await openSession(sandbox.stream, { address: 'the sandbox' });
  // An answer means that every option of its command line has been seen to, the second monitor too.
  await session.execute('query-version');
  const stop = async () => {
    await session.close();
    await sandbox.stop();
  };
  return { sandbox, session, socket: join(sandbox.directory, 'users.sock'), stop };
}

/** A line of script that opens a node which takes a second for every request. */
export const slowNode = 'blockdev-add node-name=slow driver=null-co size=64M latency-ns=1000000000';

/** What tests of the program on a live storage daemon share: the built program, and daemons that are gone after each test. */
export interface LiveProgram {
  readonly program: () => Program;
  start(): Promise<Live>;
}

/** Builds the program before the tests of a file, and stops after each what it started. */
export function liveProgram(engine: Engine | undefined): LiveProgram {
  let program: Program;
  const open: Live[] = [];
  beforeAll(async () => {
    program = await buildProgram();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(one => one.stop()));
  });
  afterAll(() => program.remove());
  return {
    program: () => program,
    async start() {
      if (!engine) throw new Error('no engine');
      const one = await startLive(engine);
      open.push(one);
      return one;
    },
  };
}

/** The records that a program printed. */
export function recordsIn(text: string) {
  return text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
}
