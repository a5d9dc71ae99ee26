/**
 * What the wire costs: `npx tsx tools/bench/wire.ts`. Round trips of a session against a bare socket on the same QEMU, taken in
 * turns; an event of a flood; a reply of megabytes. Prints medians and their ratios.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSession, type Session } from '../../src/qmp/session.ts';

const ROUNDS = 30;
const TRIPS = 500;
const EVENTS = 20_000;
const REPLY_BYTES = 2_660_000;

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Waits for a whole line and nothing more: the least that a client in this runtime can do. */
function bareTrip(socket: Socket, text: string): Promise<void> {
  return new Promise(resolve => {
    const listen = (chunk: Buffer) => {
      if (chunk[chunk.length - 1] !== 10) return;
      socket.off('data', listen);
      resolve();
    };
    socket.on('data', listen);
    socket.write(text);
  });
}

async function roundTrips(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'qblk-wire-'));
  const server = createServer();
  const sockets: Socket[] = [];
  server.on('connection', socket => sockets.push(socket));
  server.listen(join(folder, 'qmp'));
  await once(server, 'listening');
  const monitor = (id: string) => [
    '--chardev',
    `socket,id=${id},path=${join(folder, 'qmp')},server=off`,
    '--monitor',
    `chardev=${id}`,
  ];
  const child = spawn('qemu-storage-daemon', [...monitor('a'), ...monitor('b')], { stdio: 'inherit' });
  try {
    while (sockets.length < 2) await once(server, 'connection', { signal: AbortSignal.timeout(10_000) });
    const [first, bare] = sockets as [Socket, Socket];
    const session = await openSession(first);
    await once(bare, 'data');
    await bareTrip(bare, '{"execute":"qmp_capabilities"}');

    let id = 1000;
    const ours = async () => {
      for (let trip = 0; trip < TRIPS; trip++) await session.execute('query-jobs');
    };
    // The same bytes as the session's, ids included: QEMU's own time goes by the byte.
    const theirs = async () => {
      for (let trip = 0; trip < TRIPS; trip++) await bareTrip(bare, `{"execute":"query-jobs","id":${id++}}`);
    };
    await ours();
    await theirs();
    const ourTimes: number[] = [];
    const theirTimes: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const turns = [
        async () => ourTimes.push(await timed(ours)),
        async () => theirTimes.push(await timed(theirs)),
      ];
      for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    }
    const rate = (times: readonly number[]) => Math.round((TRIPS * 1000) / median(times));
    const ratio = median(ourTimes.map((time, round) => (theirTimes[round] ?? Number.NaN) / time));
    console.log(
      `round trips  session ${rate(ourTimes)}/s, bare socket ${rate(theirTimes)}/s, ratio ${ratio.toFixed(2)}`,
    );
    await session.execute('quit');
    bare.destroy();
  } finally {
    child.kill('SIGKILL');
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface FarEnd {
  readonly session: Session;
  readonly receive: (bytes: Uint8Array) => void;
}

/** A session over a stream that is nothing but its listeners. */
async function inMemory(): Promise<FarEnd> {
  let receive: (bytes: Uint8Array) => void = () => {};
  const opening = openSession({
    on: (name: string, listener: (bytes: never) => void) => {
      if (name === 'data') receive = listener as (bytes: Uint8Array) => void;
    },
    write: () => true,
    destroy: () => {},
  });
  const version = { qemu: { major: 7, minor: 2, micro: 0 }, package: '' };
  receive(
    Buffer.from(`${JSON.stringify({ QMP: { version, capabilities: [] } })}\r\n{"return": {}, "id": 0}\r\n`),
  );
  return { session: await opening, receive };
}

async function events(): Promise<void> {
  const { session, receive } = await inMemory();
  const line = Buffer.from(
    '{"timestamp": {"seconds": 1795414237, "microseconds": 357865}, "event": "BLOCK_JOB_ERROR", "data": {"device": "job0", "operation": "read", "action": "ignore"}}\r\n',
  );
  const flood = Buffer.concat(Array.from({ length: EVENTS }, () => line));
  let seen = 0;
  session.onEvent(() => seen++);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (let at = 0; at < flood.length; at += 65_536) receive(flood.subarray(at, at + 65_536));
    times.push(((performance.now() - start) * 1000) / EVENTS);
    session.forgetEvents(Number.POSITIVE_INFINITY);
  }
  if (seen !== EVENTS * ROUNDS) throw new Error(`${seen} events came through`);
  session.destroy();
  console.log(`events       ${median(times).toFixed(2)} µs each in chunks of 64 KiB`);
}

async function largeReply(what: string, more: string): Promise<void> {
  const { session, receive } = await inMemory();
  const node = `{"node-name": "#block123", "ro": false, "drv": "qcow2", "file": "/images/layer.qcow2", "size": 1073741824${more}}`;
  const nodes = Array.from({ length: Math.ceil(REPLY_BYTES / (node.length + 2)) }, () => node).join(', ');
  const times: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const bytes = Buffer.from(`{"return": [${nodes}], "id": ${round}}\r\n`);
    times.push(
      await timed(() => {
        const reply = session.execute('query-named-block-nodes');
        for (let at = 0; at < bytes.length; at += 65_536) receive(bytes.subarray(at, at + 65_536));
        return reply;
      }),
    );
  }
  session.destroy();
  console.log(`large reply  ${median(times).toFixed(1)} ms for ${(REPLY_BYTES / 1e6).toFixed(2)} MB ${what}`);
}

await roundTrips();
await events();
await largeReply('of safe numbers', '');
await largeReply('with 64-bit numbers', ', "limit": 18446744073709551615');
await largeReply('with digits in strings', ', "id": "20260101000000000001"');
