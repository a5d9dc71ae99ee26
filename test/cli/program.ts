import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { findEngines } from '../../src/sandbox/engines.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface Result {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  /** What has come so far. */
  readonly output: { stdout: string; stderr: string };
  readonly done: Promise<Result>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
  /** The words of a program that is to start this one in its turn. */
  readonly under?: readonly string[];
}

/** The bundled program in a folder of its own, to be started as a user starts it. */
export interface Program {
  /** For whatever a test writes; also the program's working folder. */
  readonly folder: string;
  /** The program's TMPDIR: what a sandbox leaves behind would be here. */
  readonly temporary: string;
  readonly path: string;
  readonly environment: NodeJS.ProcessEnv;
  start(args: readonly string[], options?: StartOptions): Started;
  run(args: readonly string[], options?: StartOptions): Promise<Result>;
  remove(): void;
}

/** Bundles the program from source, as tools/build.mjs does, without touching dist/. */
export async function buildProgram(): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), 'qblk-cli-'));
  const path = join(folder, 'qblk.cjs');
  await build({
    entryPoints: [join(root, 'src/cli/main.ts')],
    outfile: path,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
    supported: { 'dynamic-import': false },
    define: { QBLK_VERSION: '"1.2.3"', 'import.meta.url': 'moduleUrl' },
    banner: { js: 'const moduleUrl=require("node:url").pathToFileURL(__filename).href;' },
  });
  mkdirSync(join(folder, 'snapshots'));
  cpSync(join(root, 'src/qapi/snapshots/qapi.br'), join(folder, 'snapshots/qapi.br'));
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const [engine] = findEngines();
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: folder,
    XDG_CACHE_HOME: join(folder, 'cache'),
    TMPDIR: temporary,
    ...(engine ? { QBLK_QEMU: dirname(engine.program) } : {}),
  };

  const start = (args: readonly string[], options: StartOptions = {}): Started => {
    const [first = '', ...words] = [...(options.under ?? []), process.execPath, path, ...args];
    const child = spawn(first, words, {
      cwd: options.cwd ?? folder,
      env: { ...environment, ...options.env },
      stdio: 'pipe',
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', text => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      output.stderr += text;
    });
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    const done = once(child, 'close').then(([code, signal]) => ({ code, signal, ...output }) as Result);
    return { child, output, done };
  };
  return {
    folder,
    temporary,
    path,
    environment,
    start,
    run: (args, options) => start(args, options).done,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Resolves once `holds`, asked again and again; rejects after `limit` milliseconds. */
export async function until(holds: () => boolean, limit = 10_000): Promise<void> {
  const end = performance.now() + limit;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`this did not come to hold within ${limit} ms: ${holds}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
