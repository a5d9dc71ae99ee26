/**
 * Whether the simulator answers as fast as a real QEMU: `npx tsx tools/bench/sim.ts`. The same round trips of a session over a
 * unix socket, to a qemu-storage-daemon and to `qblk sim` in a process of its own, taken in turns; medians and ratios.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../src/qmp/json.ts';
import { openSession, type Session } from '../../src/qmp/session.ts';
import { chooseEngine } from '../../src/sandbox/engines.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { connect } from '../../src/transport/transports.ts';

const ROUNDS = 20;
const TRIPS = 200;
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const IMAGES = ['A', 'B', 'C', 'D'];

const QUESTIONS: readonly (readonly [string, JsonObject])[] = [
  ['query-jobs', {}],
  ['query-named-block-nodes', { flat: true }],
  ['query-named-block-nodes', {}],
  ['query-block-exports', {}],
  ['x-debug-query-block-graph', {}],
  ['block-stream', { 'job-id': 'j', device: 'nobody' }],
];

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function round(session: Session, command: string, args: JsonObject): Promise<number> {
  const start = performance.now();
  for (let trip = 0; trip < TRIPS; trip++) await session.execute(command, args).catch(() => {});
  return ((performance.now() - start) * 1000) / TRIPS;
}

async function startSimulator(folder: string): Promise<{ child: ChildProcess; session: Session }> {
  const path = join(folder, 'sim');
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      join(root, 'src/cli/main.ts'),
      'sim',
      `--listen=unix:${path}`,
      '--program=storage-daemon',
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'pipe'] },
  );
  for await (const text of child.stderr ?? []) if (String(text).includes('listens on')) break;
  if (!existsSync(path)) throw new Error('the simulator did not start');
  return { child, session: await openSession(await connect(path)) };
}

async function startDaemon() {
  const images = IMAGES.map(nodeName => ({ nodeName }));
  const sandbox = await startSandbox({
    engine: chooseEngine('storage-daemon'),
    chains: [{ device: 'disk0', images }],
  });
  return { sandbox, session: await openSession(sandbox.stream) };
}

/** What one trip of these bytes through a socket and two processes costs anyway. */
async function loopback(folder: string): Promise<number> {
  const path = join(folder, 'echo');
  const echo = spawn(
    process.execPath,
    ['-e', `require('net').createServer(s=>s.pipe(s)).listen(${JSON.stringify(path)},()=>console.log('up'))`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(echo.stdout, 'data');
  const socket = await connect(path);
  const times: number[] = [];
  for (let at = 0; at < ROUNDS; at++) {
    const start = performance.now();
    for (let trip = 0; trip < TRIPS; trip++) {
      socket.write('{"execute":"query-jobs","id":1000}\n');
      await once(socket, 'data');
    }
    times.push(((performance.now() - start) * 1000) / TRIPS);
  }
  socket.destroy();
  echo.kill();
  return median(times);
}

const folder = mkdtempSync(join(tmpdir(), 'qblk-bench-'));
const [simulator, daemon] = await Promise.all([startSimulator(folder), startDaemon()]);
try {
  console.log(
    `a round trip, median of ${ROUNDS} rounds of ${TRIPS}: simulator, qemu-storage-daemon ${daemon.sandbox.version}`,
  );
  console.log(`${'an echo in Node.js'.padEnd(36)} ${(await loopback(folder)).toFixed(0).padStart(5)} µs`);
  for (const [command, args] of QUESTIONS) {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let at = -3; at < ROUNDS; at++) {
      const times = [
        await round(simulator.session, command, args),
        await round(daemon.session, command, args),
      ];
      if (at < 0) continue;
      ours.push(times[0] ?? Number.NaN);
      theirs.push(times[1] ?? Number.NaN);
    }
    const [one, other] = [median(ours), median(theirs)];
    const name = `${command}${args['flat'] ? ' flat' : command === 'block-stream' ? ', refused' : ''}`;
    const times = `${one.toFixed(0).padStart(5)} µs ${other.toFixed(0).padStart(5)} µs`;
    console.log(`${name.padEnd(36)} ${times}  ${(other / one).toFixed(2)} times as fast`);
  }
} finally {
  await simulator.session.close();
  simulator.child.kill('SIGINT');
  await daemon.session.close();
  await daemon.sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
}
