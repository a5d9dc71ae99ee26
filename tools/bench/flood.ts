// A flood of events through the whole of a run: the built program waits for an event while another one floods in, and writes
// each as a record. Prints how many it digests in a second, that none is lost, and what its memory grows by from flood to flood.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadIntrospection } from '../../src/qapi/snapshots.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
/** Events in a flood. */
const EVENTS = 100_000;
const FLOODS = 6;
const program = fileURLToPath(new URL('../../dist/qblk.cjs', import.meta.url));
if (!existsSync(program)) throw new Error('build first: npm run build');

const schema = JSON.stringify(loadIntrospection('newest', 'system'));
const greeting =
  '{"QMP": {"version": {"qemu": {"major": 10, "minor": 0, "micro": 0}, "package": ""}, "capabilities": []}}\r\n';
const event = (name: string, data: string) =>
  `{"timestamp": {"seconds": 1795414237, "microseconds": 357865}, "event": "${name}", "data": ${data}}\r\n`;
const member = '{"device": "job0", "operation": "read", "action": "ignore"}';
const flood = Buffer.from(event('BLOCK_JOB_ERROR', member).repeat(1000));

/** What a QEMU without images would answer. */
function answer(socket: Socket): void {
  socket.write(greeting);
  socket.on('error', () => {});
  socket.on('data', data => {
    for (const line of String(data).replaceAll('}{', '}\n{').split('\n')) {
      const { execute, id } = JSON.parse(line);
      const nothing = execute === 'qmp_capabilities' ? '{}' : '[]';
      socket.write(`{"return": ${execute === 'query-qmp-schema' ? schema : nothing}, "id": ${id}}\r\n`);
    }
  });
}

interface Taken {
  readonly rate: number;
  readonly lost: number;
  readonly grown: number;
}

async function run(reporter: readonly string[]): Promise<Taken> {
  const folder = mkdtempSync(join(tmpdir(), 'qblk-bench-'));
  const path = join(folder, 'qmp.sock');
  const records = join(folder, 'records');
  const server = createServer().listen(path);
  try {
    await once(server, 'listening');
    const words = ['run', ...reporter, '-c', Array(FLOODS).fill('wait event STOP').join('\n'), '--qmp', path];
    const out = openSync(records, 'w');
    const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', out, 'ignore'] });
    closeSync(out);
    const ended = once(child, 'exit');
    const [socket] = (await once(server, 'connection')) as [Socket];
    answer(socket);
    await new Promise(resolve => setTimeout(resolve, 1000));
    const resident = () =>
      Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]);
    const memory: number[] = [];
    const times: number[] = [];
    for (let round = 0; round < FLOODS; round++) {
      const began = performance.now();
      for (let sent = 0; sent < EVENTS; sent += 1000) if (!socket.write(flood)) await once(socket, 'drain');
      if (round === FLOODS - 1) {
        memory.push(resident());
        socket.write(event('STOP', '{}'));
        await ended;
        // Its end is no part of the flood.
        continue;
      }
      // An answer to a command would tell too, but the program sends none: its records do, or the socket that is drained.
      while (socket.writableLength > 0) await once(socket, 'drain');
      times.push(performance.now() - began);
      socket.write(event('STOP', '{}'));
      memory.push(resident());
    }
    const [first = 0] = memory.slice(1);
    const lost = reporter.includes('--json') ? FLOODS * (EVENTS + 1) - eventsIn(records) : 0;
    return { rate: (EVENTS * times.length * 1000) / sum(times), lost, grown: (memory.at(-1) ?? 0) - first };
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function eventsIn(file: string): number {
  return readFileSync(file, 'latin1').split('{"record":"event"').length - 1;
}

const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

for (const reporter of [['--quiet'], [], ['--json']]) {
  const taken: Taken[] = [];
  for (let round = 0; round < ROUNDS; round++) taken.push(await run(reporter));
  const rate = Math.round(median(taken.map(one => one.rate)));
  const grown = Math.round(median(taken.map(one => one.grown)) / 1024);
  const lost = sum(taken.map(one => one.lost));
  console.log(
    `qblk run ${reporter.join(' ').padEnd(7)}  ${rate} events/s, ${lost} lost, ${grown} MiB more after ${(FLOODS - 2) * EVENTS} further events`,
  );
}
