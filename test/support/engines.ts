import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Engine, findEngines } from '../../src/sandbox/engines.ts';

/** An engine under test; `version` is what the program itself says, as [7, 2, 22]. */
export interface TestEngine extends Engine {
  readonly name: string;
  readonly version: readonly number[];
}

function enginesIn(bin: string): Engine[] {
  const tools = { qemuImg: join(bin, 'qemu-img'), qemuIo: join(bin, 'qemu-io') };
  return [
    { kind: 'qemu' as const, program: join(bin, 'qemu-system-x86_64'), ...tools },
    { kind: 'storage-daemon' as const, program: join(bin, 'qemu-storage-daemon'), ...tools },
  ].filter(({ program }) => existsSync(program));
}

function named(engine: Engine): TestEngine {
  const said = execFileSync(engine.program, ['--version'], { encoding: 'utf8' });
  const version = (/version ([0-9.]+)/.exec(said)?.[1] ?? '0').split('.').map(Number);
  return {
    ...engine,
    version,
    name: `${basename(engine.program)} ${version.join('.')} of ${dirname(engine.program)}`,
  };
}

/**
 * The QEMUs to test on: the best of each kind on this machine, and those in the directories of `QBLK_TEST_QEMU_DIRS`, which
 * `:` or white space separates. Empty where there is none: that is said aloud, and under `CI` it is an error.
 */
export function testEngines(): TestEngine[] {
  const here = findEngines();
  const best = (['qemu', 'storage-daemon'] as const).flatMap(
    kind => here.find(engine => engine.kind === kind) ?? [],
  );
  const more = (process.env['QBLK_TEST_QEMU_DIRS'] ?? '').split(/[:\s]+/).filter(Boolean);
  const engines = [...best, ...more.flatMap(enginesIn)].map(named);
  if (engines.length === 0) {
    if (process.env['CI']) throw new Error('no QEMU on this machine: run tools/qemu.sh');
    console.warn(
      '\nSKIPPED: NO QEMU ON THIS MACHINE, so nothing here ran on a real one. Run tools/qemu.sh.\n',
    );
  }
  return engines;
}

/** Whether `engine` is of version `major.minor` or newer. */
export function isAtLeast(
  { version: [major = 0, minor = 0] }: TestEngine,
  wanted: readonly [number, number],
): boolean {
  return major > wanted[0] || (major === wanted[0] && minor >= wanted[1]);
}

/** All of `engines` where `QBLK_TEST_QEMU_DIRS` asks for more than what is here anyway, else the first: for what hardly differs between them. */
export function fewEngines(engines: readonly TestEngine[]): readonly TestEngine[] {
  return process.env['QBLK_TEST_QEMU_DIRS'] ? engines : engines.slice(0, 1);
}
