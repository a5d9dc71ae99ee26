// How long the built program takes as a shell sees it, against `node -e 0` in the same rounds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findEngines } from '../../src/sandbox/engines.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 25);
const program = fileURLToPath(new URL('../../dist/qblk.cjs', import.meta.url));
if (!existsSync(program)) throw new Error('build first: npm run build');

const folder = mkdtempSync(join(tmpdir(), 'qblk-bench-'));
const script = join(folder, 'ten.qblk');
const lines = [
  '## Ten lines, as many people write.',
  'param speed: size = 0',
  '',
  'chain disk0: A <- B <- C <- D',
  'commit top=C base=A speed=$speed',
  'expect chain disk0: A <- D',
  'snapshot D overlay=E filename="e.qcow2"',
  'stream E base=A',
  'expect chain disk0: A <- E',
  'commit top=E base=A then pivot within 10m',
];
writeFileSync(script, `${lines.join('\n')}\n`);

const measured: Record<string, string[]> = {
  'node -e 0': ['-e', '0'],
  'qblk --version': [program, '--version'],
  'qblk --help': [program, '--help'],
  'qblk check, ten lines': [program, 'check', script],
};

const socket = join(folder, 'qmp.sock');
const daemon = findEngines().find(engine => engine.kind === 'storage-daemon');
const arguments_ = ['--chardev', `socket,id=q,path=${socket},server=on,wait=off`, '--monitor', 'chardev=q'];
const running = daemon && spawn(daemon.program, arguments_, { stdio: 'ignore' });
if (running) {
  while (!existsSync(socket)) await new Promise(resolve => setTimeout(resolve, 10));
  measured['qblk -c, one query'] = [program, '-c', 'query-block-jobs', '--qmp', socket];
} else {
  console.log('no qemu-storage-daemon on this machine: no query is measured');
}

async function time(args: readonly string[]): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', text => {
    complaints += text;
  });
  const [status] = await once(child, 'exit');
  const took = performance.now() - began;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${complaints}`);
  return took;
}

const times = Object.fromEntries(Object.keys(measured).map(name => [name, [] as number[]]));
try {
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, args] of Object.entries(measured)) times[name]?.push(await time(args));
  }
} finally {
  running?.kill();
  rmSync(folder, { recursive: true, force: true });
}

const median = (values: number[] = []) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const base = median(times['node -e 0']);
console.log(`medians of ${ROUNDS} rounds, Node.js ${process.version}`);
for (const [name, values] of Object.entries(times)) {
  console.log(
    `${name.padEnd(24)} ${median(values).toFixed(1).padStart(7)} ms  ${(median(values) / base).toFixed(2)}`,
  );
}
