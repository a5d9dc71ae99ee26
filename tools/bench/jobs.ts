// What one more job of a script costs beyond the same commands sent by the least of clients: overlays are streamed one after the
// other, by the built program and by a bare socket that follows JOB_STATUS_CHANGE, each a process, in turns. The socket sends
// the three commands that do the work, or as well the queries and checks that qblk sends. What a start costs falls out: the
// cost of a job is the slope between a script of few and one of many.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtProgram, scratchDaemon } from './scratch-daemon.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 15);
const FEW = 1;
const MANY = 41;
const program = builtProgram();

const bare = String.raw`
const [path, below, prefix, jobs, same, asksFirst] = process.argv.slice(2);
const socket = require('node:net').connect(path);
let rest = '', id = 0;
const replies = new Map(), ended = new Map();
socket.on('data', bytes => {
  const lines = (rest + bytes).split('\r\n');
  rest = lines.pop();
  for (const message of lines.map(line => JSON.parse(line))) {
    if (message.event === 'JOB_STATUS_CHANGE' && message.data.status === 'concluded') ended.get(message.data.id)?.();
    if (message.error && !/No such file/.test(message.error.desc)) throw new Error(message.error.desc);
    replies.get(message.id)?.();
  }
});
const send = (execute, args) => new Promise(resolve => {
  replies.set(++id, resolve);
  socket.write(JSON.stringify({ execute, arguments: args, id }));
});
(async () => {
  await send('qmp_capabilities');
  const absent = filename => same && send('blockdev-add', { driver: 'file', 'node-name': 'qblk-look', filename, 'read-only': true, locking: 'off' });
  const look = async () => {
    if (!same) return;
    if (asksFirst) await send('query-jobs');
    await Promise.all([
      send('query-named-block-nodes', { flat: true }), send('query-block', {}), send('query-block-exports', {}), send('x-debug-query-block-graph', {}),
    ]);
  };
  let node = below;
  for (let job = 1; job <= Number(jobs); job++) await absent(prefix + job + '.qcow2');
  for (let job = 1; job <= Number(jobs); job++) {
    const name = prefix + job;
    await absent(name + '.qcow2');
    await send('blockdev-snapshot-sync', { 'node-name': node, 'snapshot-file': name + '.qcow2', 'snapshot-node-name': name, format: 'qcow2' });
    await look();
    const over = new Promise(resolve => ended.set(name, resolve));
    await send('block-stream', { 'job-id': name, device: name, 'auto-dismiss': false });
    await over;
    if (same) await send('query-jobs');
    await send('job-dismiss', { id: name });
    await look();
    node = name;
  }
  socket.end();
})();
`;

const folder = mkdtempSync(join(tmpdir(), 'qblk-bench-'));
const client = join(folder, 'bare.cjs');
writeFileSync(client, bare);
const { sandbox, session } = await scratchDaemon();
// Nodes of a QEMU before 10 are asked for only once it has said that no job is about to end: that question could crash it.
const asksFirst = session.greeting.version.major < 10 ? ['asks first'] : [];

async function timed(words: readonly string[]): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, words, {
    cwd: sandbox.directory,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}`);
  return performance.now() - began;
}

let top = 'B';
let count = 0;

async function ours(jobs: number, more: readonly string[] = []): Promise<number> {
  const lines = [`chain disk0: ... <- ${top}`];
  for (let job = 0; job < jobs; job++) {
    const above = `n${++count}`;
    lines.push(`snapshot ${top} overlay=${above} filename=${above}.qcow2`, `stream ${above}`);
    top = above;
  }
  return timed([program, 'run', '--quiet', ...more, '-c', lines.join('\n'), '--qmp', 'users.sock']);
}

async function theirs(jobs: number, ...same: readonly string[]): Promise<number> {
  const prefix = `b${++count}_`;
  const took = await timed([client, 'users.sock', top, prefix, String(jobs), ...same]);
  top = `${prefix}${jobs}`;
  return took;
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** How often a run of so many jobs sends each command. */
async function sent(jobs: number): Promise<Map<string, number>> {
  const file = join(folder, `trace-${jobs}`);
  await ours(jobs, ['--trace', file]);
  const times = new Map<string, number>();
  for (const [, command = ''] of readFileSync(file, 'utf8').matchAll(/"execute" ?: ?"([^"]+)"/g))
    times.set(command, (times.get(command) ?? 0) + 1);
  return times;
}

try {
  const contestants = {
    bare: (jobs: number) => theirs(jobs),
    same: (jobs: number) => theirs(jobs, 'same', ...asksFirst),
    qblk: (jobs: number) => ours(jobs),
  };
  const starts: number[] = [];
  const slopes = { bare: [] as number[], same: [] as number[], qblk: [] as number[] };
  for (let round = 0; round < ROUNDS + 1; round++) {
    starts.push(await timed(['-e', '0']));
    for (const name of ['bare', 'same', 'qblk'] as const) {
      const [few, many] = [await contestants[name](FEW), await contestants[name](MANY)];
      if (round > 0) slopes[name].push((many - few) / (MANY - FEW));
    }
  }
  const [bare, same, qblk] = [median(slopes.bare), median(slopes.same), median(slopes.qblk)];
  console.log(`medians of ${ROUNDS} rounds, slope from ${FEW} to ${MANY} jobs, Node.js ${process.version}`);
  console.log(`a bare socket           ${bare.toFixed(2)} ms a job, 3 commands`);
  console.log(`a bare socket that asks ${same.toFixed(2)} ms a job, qblk's commands`);
  console.log(
    `qblk run                ${qblk.toFixed(2)} ms a job, ${beyond(bare)} beyond the first, ${beyond(same)} beyond the second`,
  );

  // The goals are in milliseconds of a machine that takes 54 for this.
  console.log(`node -e 0               ${median(starts).toFixed(2)} ms`);

  function beyond(other: number) {
    return `${(qblk - other).toFixed(2)} ms (goal ${(5 + other / 10).toFixed(2)})`;
  }
  const [few, many] = [await sent(FEW), await sent(MANY)];
  const each = [...many].map(
    ([command, times]) => [command, (times - (few.get(command) ?? 0)) / (MANY - FEW)] as const,
  );
  for (const [command, times] of each.filter(([, often]) => often > 0).toSorted((a, b) => b[1] - a[1]))
    console.log(`  ${times.toFixed(2).padStart(5)} ${command}`);
} finally {
  await session.close();
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
}
