// A thousand monitors in one process: how long until all have negotiated, and what each costs in memory, against bare sockets that
// do no more than answer the greeting. Each measurement is a process of its own; the far ends are this one's.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSession } from '../../src/qmp/session.ts';
import { connect } from '../../src/transport/transports.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 9);
const MONITORS = 1000;
const GREETING =
  '{"QMP": {"version": {"qemu": {"major": 7, "minor": 2, "micro": 0}, "package": ""}, "capabilities": ["oob"]}}\r\n';

const kinds: Record<string, (path: string) => Promise<unknown>> = {
  session: async path => openSession(await connect(path)),
  bare: path =>
    new Promise(resolve => {
      const socket = createConnection(path);
      socket.on('data', chunk => {
        if (chunk.includes('"QMP"')) socket.write('{"execute":"qmp_capabilities","id":0}');
        else resolve(socket);
      });
    }),
};

/** In the process that is measured. */
async function measure(kind: string, path: string): Promise<void> {
  const open = kinds[kind] as (path: string) => Promise<unknown>;
  // Loads what one connection needs.
  const held: unknown[] = [await open(path)];
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const began = performance.now();
  held.push(...(await Promise.all(Array.from({ length: MONITORS }, () => open(path)))));
  const took = performance.now() - began;
  globalThis.gc?.();
  const each = (process.memoryUsage.rss() - before) / MONITORS;
  console.log(JSON.stringify({ took, each, held: held.length }));
  process.exit();
}

interface Taken {
  readonly took: number;
  readonly each: number;
}

async function run(kind: string, path: string): Promise<Taken> {
  const flags = ['--expose-gc', '--import', 'tsx', fileURLToPath(import.meta.url), kind, path];
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', text => {
    said += text;
  });
  await once(child, 'close');
  return JSON.parse(said) as Taken;
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const [kind, place] = process.argv.slice(2);
if (kind !== undefined && place !== undefined) await measure(kind, place);

const folder = mkdtempSync(join(tmpdir(), 'qblk-bench-'));
const path = join(folder, 'qmp.sock');
const server = createServer(socket => {
  socket.write(GREETING);
  socket.on('error', () => {});
  socket.once('data', () => socket.write('{"return": {}, "id": 0}\r\n'));
}).listen({ path, backlog: 2 * MONITORS });
await once(server, 'listening');
const taken: Record<string, Taken[]> = { session: [], bare: [] };
try {
  for (let round = 0; round < ROUNDS; round++)
    for (const name of Object.keys(kinds)) taken[name]?.push(await run(name, path));
} finally {
  server.close();
  rmSync(folder, { recursive: true, force: true });
}
const of = (name: string, what: keyof Taken) => median((taken[name] ?? []).map(one => one[what]));
console.log(`medians of ${ROUNDS} rounds, ${MONITORS} monitors, Node.js ${process.version}`);
for (const [label, what, unit] of [
  ['ready', 'took', 'ms'],
  ['each', 'each', 'bytes'],
] as const) {
  const [ours, bare] = [of('session', what), of('bare', what)];
  console.log(
    `${label.padEnd(6)} session ${ours.toFixed(0)} ${unit}, bare socket ${bare.toFixed(0)} ${unit}, ${(ours / bare).toFixed(2)} ×`,
  );
}
