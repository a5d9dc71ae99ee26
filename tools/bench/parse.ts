/**
 * How fast scripts are parsed, beside a parser written by hand: `npx tsx tools/bench/parse.ts`.
 * Measures an esbuild bundle of itself, each size in a process of its own.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parse, parseChunks } from '../../src/syntax/parse.ts';
import { parseByHand } from './handwritten-parser.ts';

const TEMPLATES = [
  (n: number) => `stream node-${n} base=node-${n % 7} speed=64M`,
  (n: number) => `snapshot disk${n % 9} overlay=ov${n} filename="ov${n}.qcow2"`,
  () => 'chain disk0: A <- B <- C <- D',
  (n: number) => `mirror D target=E${n} sync=full then pivot within 10m`,
  (n: number) => `bitmap add D name=b${n} persistent=on`,
  (n: number) => `print "step ${n}" $x $keep`,
  () => 'expect chain disk0: A <- D',
  (n: number) => `let x${n} = query-block`,
  (n: number) => `# the ${n}th step begins here`,
  (n: number) => `block-job-set-speed device=job${n} speed=10M`,
  (n: number) => `commit top=node-C base=node-A job-id=c${n}`,
  (n: number) => `block-dirty-bitmap-merge bitmaps=[b${n}, b1] target=b2`,
];

function script(lines: number): string {
  let text = '';
  for (let line = 0; line < lines; line++) text += `${TEMPLATES[line % TEMPLATES.length]?.(line)}\n`;
  return text;
}

const contestants: Record<string, (text: string) => number> = {
  chevrotain: text => {
    let count = 0;
    for (const { script, findings } of parseChunks(text))
      count += script.statements.length + findings.length * 1e9;
    return count;
  },
  'by hand': text => {
    let count = 0;
    for (const { statements } of parseByHand(text)) count += statements.length;
    return count;
  },
  'whole tree': text => parse(text).script.statements.length,
};

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** What one process says of its text: the milliseconds of each round, and the most memory it held. */
interface Measured {
  readonly times: readonly number[];
  readonly peak: number;
}

function measure(file: string, rounds: number, name: string): void {
  const text = readFileSync(file, 'latin1');
  const contestant = contestants[name];
  const times: number[] = [];
  const warm = script(2000);
  for (let round = 0; rounds > 1 && round < 10; round++) contestant?.(warm);
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    contestant?.(text);
    times.push(performance.now() - start);
  }
  process.stdout.write(
    JSON.stringify({ times, peak: process.resourceUsage().maxRSS / 1024 } satisfies Measured),
  );
}

function sameTree(): void {
  const text = script(10_000);
  const whole = parse(text);
  const statements = [...parseByHand(text)].flatMap(chunk => chunk.statements);
  const comments = [...parseByHand(text)].flatMap(chunk => chunk.comments);
  const sorted = (_: string, value: unknown) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  if (whole.findings.length > 0) throw new Error(`the script is wrong: ${JSON.stringify(whole.findings[0])}`);
  if (JSON.stringify(whole.script.statements, sorted) !== JSON.stringify(statements, sorted))
    throw new Error('the two parsers make different statements');
  if (JSON.stringify(whole.script.comments, sorted) !== JSON.stringify(comments, sorted))
    throw new Error('the two parsers make different comments');
}

async function main(): Promise<void> {
  sameTree();
  const { build } = await import('esbuild');
  const folder = mkdtempSync(join(tmpdir(), 'qblk-bench-'));
  try {
    const bundle = join(folder, 'parse.mjs');
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
    const run = (file: string, rounds: number, name: string) =>
      JSON.parse(
        execFileSync(process.execPath, [bundle, '--measure', file, String(rounds), name], {
          encoding: 'utf8',
        }),
      ) as Measured;
    const first = new Map<string, number>();
    // Each contestant has processes of its own, since V8 fits its heap to what the other does; they take turns.
    for (const [lines, turns, rounds] of [
      [10_000, 4, 5],
      [100_000, 4, 5],
      [1_000_000, 3, 1],
    ] as const) {
      const file = join(folder, `${lines}.qblk`);
      writeFileSync(file, script(lines));
      const bytes = statSync(file).size;
      const names = lines === 1_000_000 ? ['chevrotain', 'by hand'] : Object.keys(contestants);
      const times = new Map(names.map(name => [name, [] as number[]]));
      const peaks = new Map(names.map(name => [name, run(file, 1, name).peak]));
      for (let turn = 0; turn < turns; turn++) {
        for (const name of names) times.get(name)?.push(...run(file, rounds + 1, name).times.slice(1));
      }
      console.log(
        `${lines} lines of ${(bytes / lines).toFixed(0)} bytes, median of ${turns * rounds} rounds`,
      );
      for (const name of names) {
        const rate = bytes / 1000 / median(times.get(name) ?? []);
        if (!first.has(name)) first.set(name, rate);
        const byHand = bytes / 1000 / median(times.get('by hand') ?? []);
        const relative = `${(rate / byHand).toFixed(2)} × by hand, ${(rate / (first.get(name) ?? rate)).toFixed(2)} × its rate at 10,000`;
        console.log(
          `  ${name}: ${rate.toFixed(1)} MB/s, ${relative}; peak ${peaks.get(name)?.toFixed(0)} MB`,
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[2] === '--measure')
  measure(process.argv[3] ?? '', Number(process.argv[4]), process.argv[5] ?? '');
else await main();
