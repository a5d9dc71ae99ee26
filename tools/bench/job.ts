// What a whole job costs beyond QEMU's own time, against `node -e 0` in the same rounds. The built program merges an overlay of a
// running qemu-storage-daemon; a bare session in this process merges one just like it, which is QEMU's own time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSession, type Session } from '../../src/qmp/session.ts';
import { findEngines } from '../../src/sandbox/engines.ts';
import { connect } from '../../src/transport/transports.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 25);
const program = fileURLToPath(new URL('../../dist/qblk.cjs', import.meta.url));
if (!existsSync(program)) throw new Error('build first: npm run build');
const daemon = findEngines().find(engine => engine.kind === 'storage-daemon');
if (!daemon) throw new Error('no qemu-storage-daemon on this machine');

const folder = mkdtempSync(join(tmpdir(), 'qblk-bench-'));
const sockets = ['program', 'bare'].map(name => join(folder, name));
const monitors = sockets.flatMap((path, at) => [
  '--chardev',
  `socket,id=m${at},path=${path},server=on,wait=off`,
  '--monitor',
  `chardev=m${at}`,
]);

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', text => {
    complaints += text;
  });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${complaints}`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Until the job is in a state, by its events alone: enough for a job that nobody disturbs. */
function reached(session: Session, id: string, status: string): Promise<void> {
  return new Promise(resolve => {
    const stop = session.onEvent(({ event, data }) => {
      if (event !== 'JOB_STATUS_CHANGE' || data['id'] !== id || data['status'] !== status) return;
      stop();
      resolve();
    });
  });
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

await run(daemon.qemuImg, ['create', '-q', '-f', 'qcow2', 'a.qcow2', '64M']);
const node = 'driver=qcow2,node-name=A,file.driver=file,file.filename=a.qcow2';
const block = ['--blockdev', node, '--nbd-server', `addr.type=unix,addr.path=${join(folder, 'nbd')}`];
const exported = ['--export', 'type=nbd,id=disk0,node-name=A,writable=on'];
const running = spawn(daemon.program, [...monitors, ...block, ...exported], { cwd: folder, stdio: 'ignore' });
try {
  while (!sockets.every(existsSync)) await new Promise(resolve => setTimeout(resolve, 10));
  const session = await openSession(await connect(sockets[1] ?? ''));
  let active = 'A';
  let count = 0;
  /** Two new overlays: the upper stays the active layer, the lower one is to be merged into the base. */
  const grow = async () => {
    const names = [`n${count++}`, `n${count++}`];
    for (const name of names) {
      const overlay = { 'snapshot-file': `${name}.qcow2`, 'snapshot-node-name': name, format: 'qcow2' };
      await session.execute('blockdev-snapshot-sync', { 'node-name': active, ...overlay });
      active = name;
    }
    const [lower = ''] = names;
    return lower;
  };
  const bare = async (top: string) => {
    const id = `bare-${top}`;
    const ended = reached(session, id, 'concluded');
    const members = { device: active, 'top-node': top, 'base-node': 'A', 'auto-dismiss': false };
    await session.execute('block-commit', { 'job-id': id, ...members });
    await ended;
    await session.execute('job-dismiss', { id });
  };
  /** What the round before left above the base goes as well, so that every round starts from A <- lower <- active. */
  const script = join(folder, 'merge.qblk');
  const times = { nothing: [] as number[], program: [] as number[], own: [] as number[] };
  for (let round = 0; round < ROUNDS + 2; round++) {
    writeFileSync(
      script,
      `chain disk0: A <- ... <- ${await grow()} <- top\ncommit n${count - 2} base=A\nexpect chain disk0: A <- top\n`,
    );
    const program_ = await timed(() =>
      run(process.execPath, [program, 'run', '--quiet', script, '--qmp', sockets[0] ?? '']),
    );
    const lower = await grow();
    const own = await timed(() => bare(lower));
    const nothing = await timed(() => run(process.execPath, ['-e', '0']));
    if (round < 2) continue;
    times.program.push(program_);
    times.own.push(own);
    times.nothing.push(nothing);
  }
  await session.close();
  const base = median(times.nothing);
  const beyond = median(times.program) - median(times.own);
  console.log(`medians of ${ROUNDS} rounds, Node.js ${process.version}`);
  console.log(`node -e 0                            ${base.toFixed(1)} ms`);
  console.log(`QEMU's own time for the commit       ${median(times.own).toFixed(1)} ms`);
  console.log(`qblk run, the same commit            ${median(times.program).toFixed(1)} ms`);
  console.log(
    `beyond QEMU's own                    ${beyond.toFixed(1)} ms, ${(beyond / base).toFixed(2)} × node -e 0 (goal 1.60)`,
  );
} finally {
  running.kill();
  rmSync(folder, { recursive: true, force: true });
}
