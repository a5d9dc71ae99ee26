// What --durable costs: the built program merges overlays of a running qemu-storage-daemon, with a journal and without one in turn.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtProgram, scratchDaemon } from './scratch-daemon.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 15);
/** Jobs in a script. */
const JOBS = 10;
const program = builtProgram();

const state = mkdtempSync(join(tmpdir(), 'qblk-bench-'));
const { sandbox, session } = await scratchDaemon();

let count = 0;
async function timed(more: readonly string[]): Promise<number> {
  const lines = ['chain disk0: ... <- top0'];
  for (let job = 0; job < JOBS; job++) {
    const [below, above] = [job === 0 ? 'top0' : `n${count}`, `n${++count}`];
    lines.push(`snapshot ${below} overlay=${above} filename=${above}.qcow2`);
    lines.push(`stream ${above} within 1m`);
  }
  const words = ['run', '--quiet', ...more, '-c', lines.join('\n'), '--qmp', 'users.sock'];
  const began = performance.now();
  const child = spawn(process.execPath, [program, ...words], {
    cwd: sandbox.directory,
    env: { ...process.env, XDG_STATE_HOME: state },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`qblk ${words.join(' ')} ended with ${status}`);
  return performance.now() - began;
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

try {
  const plain: number[] = [];
  const durable: number[] = [];
  for (let round = 0; round < ROUNDS + 2; round++) {
    const without = await timed([]);
    const withJournal = await timed(['--durable']);
    if (round < 2) continue;
    plain.push(without);
    durable.push(withJournal);
  }
  const [one, other] = [median(plain), median(durable)];
  console.log(
    `medians of ${ROUNDS} rounds, ${JOBS} snapshots and ${JOBS} streams each, Node.js ${process.version}`,
  );
  console.log(`qblk run              ${one.toFixed(1)} ms`);
  console.log(`qblk run --durable    ${other.toFixed(1)} ms, ${(other / one).toFixed(2)} × as long`);
} finally {
  await session.close();
  await sandbox.stop();
  rmSync(state, { recursive: true, force: true });
}
