// What `qblk test` costs beyond the engines' own time. The built program tests the scripts of examples/, one at a time; bare sessions
// in this process start the same sandboxes and send the commands of the same plans, which is the engines' own time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from '../../src/compile/check.ts';
import { planRecords } from '../../src/compile/ndjson.ts';
import { type Recipe, readRecipe } from '../../src/compile/recipe.ts';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';
import type { JsonObject } from '../../src/qmp/json.ts';
import { openSession, type Session } from '../../src/qmp/session.ts';
import { type Engine, findEngines } from '../../src/sandbox/engines.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { parse } from '../../src/syntax/parse.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 9);
const COPIES = 4;
const GOAL = 1.1;
const MiB = 1024 * 1024;
const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const program = process.env['PROGRAM'] ?? fileURLToPath(new URL('../../dist/qblk.cjs', import.meta.url));
if (!existsSync(program)) throw new Error('build first: npm run build');
const kinds = ['storage-daemon', 'qemu'] as const;
const engines = kinds.flatMap(kind => findEngines().find(engine => engine.kind === kind) ?? []);
if (engines.length === 0) throw new Error('no QEMU on this machine: run tools/qemu.sh');

/** What a consumer of `qblk compile` gets of a script, with the disks that it starts from. */
interface Compiled {
  readonly recipe: Recipe;
  readonly steps: readonly JsonObject[];
}

async function compiled(file: string): Promise<Compiled> {
  const source = { name: file, text: readFileSync(file, 'utf8') };
  const parsed = parse(source.text);
  const schema = loadSnapshot('7.2', 'storage-daemon');
  if (!schema) throw new Error('no schema of QEMU 7.2 is bundled');
  const recipe = readRecipe(parsed.script, new Map());
  const plan = await check(parsed, { schema, sandboxDevices: recipe.devices, now: new Date() });
  const { records, findings } = planRecords(plan, source);
  if (findings.length > 0) throw new Error(`${file} depends on its run`);
  return { recipe, steps: records };
}

/** Sends what a compiled script says, and waits as it says; what it says to check is taken for granted. */
async function follow(session: Session, { execute, arguments: args, await: wanted }: JsonObject) {
  if (typeof execute === 'string') await session.execute(execute, args as JsonObject);
  if (typeof wanted !== 'object' || wanted === null || !('job' in wanted)) return;
  const statuses = [wanted['status']].flat();
  for (;;) {
    const changed = new Promise<void>(resolve => {
      const stop = session.onEvent(({ event }) => {
        if (event !== 'JOB_STATUS_CHANGE') return;
        stop();
        resolve();
      });
    });
    const jobs = (await session.execute('query-jobs')) as unknown as { id: string; status: string }[];
    if (jobs.some(({ id, status }) => id === wanted['job'] && statuses.includes(status))) return;
    await changed;
  }
}

async function bare(engine: Engine, scripts: readonly Compiled[], round: number): Promise<void> {
  for (const { recipe, steps } of scripts) {
    // Of another size in each round: a sandbox keeps the images that it made, and `qblk test` begins without any.
    const chains = recipe.chains.map(({ images, ...chain }) => ({
      ...chain,
      images: images.map(image => ({ ...image, size: (image.size ?? 64 * MiB) + (round + 1) * MiB })),
    }));
    const sandbox = await startSandbox({ engine, chains });
    const session = await openSession(sandbox.stream);
    for (const step of steps) await follow(session, step);
    await session.close();
    await sandbox.stop();
  }
}

async function tested({ kind, program: qemu }: Engine, files: readonly string[]): Promise<void> {
  const args = [
    program,
    'test',
    '--quiet',
    '--jobs',
    '1',
    '--engine',
    kind,
    '--qemu',
    dirname(qemu),
    ...files,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`qblk test ended with ${status}`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

// As many scripts as a few pages have; each file is named once only, so the rest are copies.
const folder = mkdtempSync(join(tmpdir(), 'qblk-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const files = Array.from({ length: COPIES }, (_, copy) => copy).flatMap(copy =>
  readdirSync(examples)
    .filter(name => name.endsWith('.qblk'))
    .map(name => {
      const file = join(folder, `${copy}-${name}`);
      copyFileSync(join(examples, name), file);
      return file;
    }),
);
const scripts = await Promise.all(files.map(compiled));
console.log(`medians of ${ROUNDS} rounds over ${files.length} scripts, Node.js ${process.version}`);
for (const engine of engines) {
  const times = { own: [] as number[], tested: [] as number[] };
  for (let round = -1; round < ROUNDS; round++) {
    const own = await timed(() => bare(engine, scripts, round));
    const whole = await timed(() => tested(engine, files));
    if (round < 0) continue;
    times.own.push(own);
    times.tested.push(whole);
  }
  const ratio = median(times.tested) / median(times.own);
  console.log(`${engine.kind}: the same commands, bare    ${median(times.own).toFixed(0)} ms`);
  console.log(
    `${engine.kind}: qblk test, whole program    ${median(times.tested).toFixed(0)} ms, × ${ratio.toFixed(3)} (goal ${GOAL})`,
  );
}
