/**
 * How long a check takes, by the script's length and the chain's: `npx tsx tools/bench/check.ts`.
 * Measures an esbuild bundle of itself, each size in a process of its own.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { check } from '../../src/compile/check.ts';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';
import { parse } from '../../src/syntax/parse.ts';

const SIZES = (process.env['SIZES'] ?? '1000,10000,100000').split(',').map(Number);
const CHAINS = [4, 50, 200];

const cycle = [
  (n: number, top: string) => `snapshot ${top} overlay=x${n} filename=x${n}.qcow2`,
  (n: number) => `snapshot x${n - 1} overlay=y${n} filename=y${n}.qcow2 overwrite=on`,
  (n: number, top: string) => `stream y${n - 1} base=${top}`,
  (n: number, top: string) => `commit y${n - 2} base=${top} then pivot within 10m`,
];

const questions = [
  (_: number, top: string) => `expect chain disk0: ... <- ${top}`,
  () => 'query-block-jobs',
  (n: number) => `let jobs${n} = query-jobs`,
  () => 'expect no jobs',
  (_: number, top: string) => `expect chain ... <- ${top}`,
  (n: number) => `print "step ${n}: $disk has $jobs${n - 3}"`,
  () => 'if query-status.running == true { query-block }',
  () => 'query-named-block-nodes flat=true else { print "no answer: $error" }',
];

/** What kinds of scripts are made of: statement `n` (from 0) over a chain with this active layer. */
const KINDS: Readonly<Record<string, (n: number, top: string) => string>> = {
  'snapshots, streams and commits in turns': (n, top) => cycle[n % cycle.length]?.(n, top) ?? '',
  'questions and expectations': (n, top) => questions[n % questions.length]?.(n, top) ?? '',
  'snapshots on snapshots': (n, top) =>
    `snapshot ${n === 0 ? top : `s${n - 1}`} overlay=s${n} filename=s${n}.qcow2`,
};

function script(kind: string, statements: number, chain: number): string {
  const names = Array.from({ length: chain }, (_, at) => `n${at}`);
  const lines = ['let disk = "the disk"', `chain disk0: ${names.join(' <- ')}`];
  for (let n = 0; n < statements; n++) lines.push(KINDS[kind]?.(n, `n${chain - 1}`) ?? '');
  return `${lines.join('\n')}\n`;
}

/** What one process says of its script: the milliseconds of the best round, and the most memory it held. */
interface Measured {
  readonly time: number;
  readonly peak: number;
}

async function measure(kind: string, statements: number, chain: number): Promise<void> {
  const schema = loadSnapshot('7.2', 'system');
  if (!schema) throw new Error('there is no schema of 7.2');
  const text = script(kind, statements, chain);
  const checked = async (source: string) => {
    const { findings } = await check(parse(source), { schema, now: new Date(0) });
    if (findings.length > 0) throw new Error(`the script is wrong: ${JSON.stringify(findings[0])}`);
  };
  for (let round = 0; round < 5; round++) await checked(script(kind, 400, 4));
  let time = Number.POSITIVE_INFINITY;
  for (let round = 0; round < (statements > 1000 ? 1 : 5); round++) {
    const start = performance.now();
    await checked(text);
    time = Math.min(time, performance.now() - start);
  }
  process.stdout.write(
    JSON.stringify({ time, peak: process.resourceUsage().maxRSS / 1024 } satisfies Measured),
  );
}

async function main(): Promise<void> {
  const { build } = await import('esbuild');
  const folder = mkdtempSync(join(tmpdir(), 'qblk-bench-'));
  try {
    const bundle = join(folder, 'check.mjs');
    await build({
      entryPoints: [fileURLToPath(import.meta.url)],
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      external: ['esbuild'],
      outfile: bundle,
      logLevel: 'error',
    });
    cpSync(new URL('../../src/qapi/snapshots', import.meta.url), join(folder, 'snapshots'), {
      recursive: true,
    });
    for (const kind of Object.keys(KINDS)) {
      console.log(`${kind}\n  statements  chain        ms   µs each    MB`);
      for (const chain of CHAINS) {
        const each: number[] = [];
        for (const statements of SIZES) {
          const arguments_ = [bundle, '--measure', kind, `${statements}`, `${chain}`];
          const { time, peak } = JSON.parse(
            execFileSync(process.execPath, arguments_, { encoding: 'utf8' }),
          ) as Measured;
          each.push((time * 1000) / statements);
          const columns = [
            `${statements}`.padStart(12),
            `${chain}`.padStart(7),
            time.toFixed(0).padStart(10),
          ];
          console.log(
            `${columns.join('')}${each.at(-1)?.toFixed(1).padStart(10)}${peak.toFixed(0).padStart(6)}`,
          );
        }
        const ratio = (each.at(-1) ?? Number.NaN) / (each[0] ?? Number.NaN);
        console.log(`  a statement of ${SIZES.at(-1)} costs ${ratio.toFixed(2)} × one of ${SIZES[0]}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[2] === '--measure')
  await measure(process.argv[3] ?? '', Number(process.argv[4]), Number(process.argv[5]));
else await main();
