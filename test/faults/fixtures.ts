import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxChain } from '../../src/sandbox/chain.ts';
import { storageDaemon } from '../cli/live.ts';
import {
  buildProgram,
  type Program,
  type Result,
  type Started,
  type StartOptions,
  until,
} from '../cli/program.ts';
import { compareWithFresh } from '../sandbox/guest-view.ts';
import { processesOf } from '../support/processes.ts';
import { FaultyQemu } from './faulty-qemu.ts';
import { Wire, type WireOptions } from './wire.ts';

const chain: SandboxChain = {
  device: 'disk0',
  images: [{ nodeName: 'A' }, { nodeName: 'B' }, { nodeName: 'C' }],
};

/** No run of a fault may take longer, in milliseconds: what does hangs. */
const LONGEST = 25_000;

export const engine = storageDaemon();
/** How often the program was run for each row of the table. */
const runs = new Map<number, number>();
let program: Program;

/** What the test of one fault works with; all that it started has to be over at its end. */
export class FaultBench {
  readonly folder: string;
  readonly #row: number;
  readonly #started: Started[] = [];
  readonly #qemus: FaultyQemu[] = [];
  readonly #wires: Wire[] = [];

  constructor(row: number) {
    this.#row = row;
    this.folder = mkdtempSync(join(program.temporary, 'fault-'));
  }

  /** Starts a QEMU with the disk `disk0: A <- B <- C`. */
  async qemu(on = engine, more: readonly string[] = []): Promise<FaultyQemu> {
    if (!on) throw new Error('no engine');
    const one = await FaultyQemu.start(on, chain, more);
    this.#qemus.push(one);
    return one;
  }

  get program(): Program {
    return program;
  }

  /** Starts the program; one that hangs is killed, and its result says so. */
  start(args: readonly string[], options: StartOptions = {}): Started {
    runs.set(this.#row, (runs.get(this.#row) ?? 0) + 1);
    const started = program.start(args, { cwd: this.folder, ...options });
    const timer = setTimeout(() => started.child.kill('SIGKILL'), LONGEST);
    const done = started.done.then(result => {
      clearTimeout(timer);
      const said = `${result.stdout}${result.stderr}`;
      if (result.signal) throw new Error(`it ended by ${result.signal}, having said:\n${said}`);
      if (/fault of qblk itself|\n\s+at .*:\d+:\d+\)?\n/.test(said)) throw new Error(said);
      return result;
    });
    done.catch(() => {});
    const bounded = { ...started, done };
    this.#started.push(bounded);
    return bounded;
  }

  run(args: readonly string[], options?: StartOptions): Promise<Result> {
    return this.start(args, options).done;
  }

  /** A wire to a QEMU's monitor, gone with the test; the program connects to `path`. */
  async wire(qemu: FaultyQemu, options: WireOptions = {}): Promise<{ wire: Wire; path: string }> {
    const path = join(this.folder, `wire${this.#wires.length}.sock`);
    const wire = await Wire.listen(path, qemu.socket, options);
    this.#wires.push(wire);
    return { wire, path };
  }

  /** Runs a line of script on a QEMU. */
  script(qemu: FaultyQemu, text: string, more: readonly string[] = []): Promise<Result> {
    return this.run(['--qmp', qemu.socket, ...more, '-c', text]);
  }

  /** Ends all that goes on, and answers with what should have been over or gone. */
  async end(): Promise<string[]> {
    const going = this.#started.filter(({ child }) => child.exitCode === null && child.signalCode === null);
    for (const { child } of going) child.kill('SIGKILL');
    for (const wire of this.#wires) wire.close();
    await Promise.all(this.#qemus.map(one => one.stop()));
    rmSync(this.folder, { recursive: true, force: true });
    const folders = [this.folder, ...this.#qemus.map(({ directory }) => directory)];
    return [...going.map(({ child }) => child.spawnargs.join(' ')), ...folders.flatMap(processesOf)];
  }
}

/** Resolves once a program that runs has said something. */
export async function says({ child, output }: Started, text: string): Promise<void> {
  const said = () => `${output.stdout}${output.stderr}`.includes(text);
  await until(() => said() || child.exitCode !== null, LONGEST);
  if (!said()) throw new Error(`it did not say ${text}:\n${output.stdout}${output.stderr}`);
}

/** Tests one fault of a row of the table, beside the others. */
export function fault(row: number, title: string, body: (bench: FaultBench) => Promise<void>): void {
  test.skipIf(!engine).concurrent(`row ${row}: ${title}`, async () => {
    const bench = new FaultBench(row);
    // What is left running because the test itself went wrong is no news.
    const failure = await body(bench).then(
      () => undefined,
      error => ({ error }),
    );
    const left = await bench.end();
    if (failure) throw failure.error;
    expect(left).toEqual([]);
  });
}

/** Builds the program before the rows are tested, and prints behind them how much was run. */
export function faultTable(): void {
  beforeAll(async () => {
    program = await buildProgram();
  });
  afterAll(() => {
    program.remove();
    const all = [...runs.values()].reduce((sum, count) => sum + count, 0);
    console.log(`faults: ${runs.size} rows, ${all} runs`);
  });
}

/** Whether an image that no QEMU holds open reads as the disk did at the beginning. */
export async function readsAsBefore(path: string, format = 'qcow2'): Promise<void> {
  if (!engine) throw new Error('no engine');
  expect(await compareWithFresh(engine, chain, path, format)).toBe('Images are identical.');
}
