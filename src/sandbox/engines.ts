import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { SandboxError } from './sandbox-error.ts';

export type EngineKind = 'qemu' | 'storage-daemon';

/** A QEMU program that can hold a sandbox, with the image tools of the same QEMU. Every path is absolute. */
export interface Engine {
  readonly kind: EngineKind;
  readonly program: string;
  readonly qemuImg: string;
  readonly qemuIo: string;
}

const programs: Readonly<Record<EngineKind, string>> = {
  qemu: 'qemu-system-x86_64',
  'storage-daemon': 'qemu-storage-daemon',
};

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function enginesIn(directories: readonly string[]): Engine[] {
  const find = (name: string) => directories.map(directory => join(directory, name)).find(isProgram);
  const qemuImg = find('qemu-img');
  const qemuIo = find('qemu-io');
  if (!qemuImg || !qemuIo) return [];
  return (['qemu', 'storage-daemon'] as const).flatMap(kind => {
    const program = find(programs[kind]);
    return program ? [{ kind, program, qemuImg, qemuIo }] : [];
  });
}

/** The bin directories that tools/qemu.sh has filled, the newest QEMU first. */
function privateCopies(): string[] {
  const root = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'qblk', 'qemu');
  const versionOf = (suite: string) => {
    try {
      return readFileSync(join(root, suite, 'version'), 'utf8');
    } catch {
      return '';
    }
  };
  try {
    return readdirSync(root)
      .map(suite => ({ bin: join(root, suite, 'bin'), version: versionOf(suite) }))
      .filter(copy => copy.version !== '')
      .sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))
      .map(copy => copy.bin);
  } catch {
    return [];
  }
}

/**
 * The engines of this machine, best first: those in `$QBLK_QEMU` (a directory), on `PATH`, and in the private copies
 * that tools/qemu.sh makes. In each place a whole QEMU comes before a storage daemon. Throws a SandboxError where the
 * directory that was named has none.
 */
export function findEngines(): Engine[] {
  const named = process.env['QBLK_QEMU'];
  const path = (process.env['PATH'] ?? '').split(delimiter).filter(directory => directory !== '');
  const places = [...(named ? [[named]] : []), path, ...privateCopies().map(bin => [bin])];
  if (named && enginesIn([named]).length === 0) throw wrongFolder(named, 'QBLK_QEMU');
  const engines = places.flatMap(enginesIn);
  return engines.filter(
    ({ program }, index) => engines.findIndex(other => other.program === program) === index,
  );
}

function wrongFolder(named: string, variable: string): SandboxError {
  const wanted = `${programs.qemu} or ${programs['storage-daemon']}, qemu-img and qemu-io`;
  return new SandboxError(`${variable} names ${named}, which does not have ${wanted}`, [
    `name the folder that holds them, or unset ${variable}`,
  ]);
}

/** The programs of one QEMU. */
export interface Qemu {
  /** As `7.2.22`. */
  readonly version: string;
  readonly engines: readonly Engine[];
}

/**
 * The QEMUs of this machine, the oldest first, one of each `major.minor`: those in the directories of `$QBLK_QEMUS`, and all
 * that `findEngines` knows. A program that does not say its version is left out.
 */
export async function listQemus(): Promise<Qemu[]> {
  const named = (process.env['QBLK_QEMUS'] ?? '').split(delimiter).filter(directory => directory !== '');
  for (const directory of named)
    if (enginesIn([directory]).length === 0) throw wrongFolder(directory, 'QBLK_QEMUS');
  const engines = [...named.flatMap(directory => enginesIn([directory])), ...findEngines()];
  const versions = await Promise.all(engines.map(({ program }) => versionOf(program)));
  const series = new Map<string, { version: string; engines: Engine[] }>();
  for (const [at, engine] of engines.entries()) {
    const version = versions[at];
    if (version === undefined) continue;
    const key = seriesOf(version);
    const qemu = series.get(key) ?? { version, engines: [] };
    series.set(key, qemu);
    if (qemu.version === version && qemu.engines.every(({ kind }) => kind !== engine.kind))
      qemu.engines.push(engine);
  }
  return [...series.values()].sort((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }));
}

/** The part of a version that tells what a QEMU can do: `7.2` of `7.2.22`. */
export function seriesOf(version: string): string {
  return version.split('.', 2).join('.');
}

async function versionOf(program: string): Promise<string | undefined> {
  const { execa } = await import('execa');
  const { stdout } = await execa(program, ['--version'], { reject: false, stdin: 'ignore', timeout: 10_000 });
  return /version (\d+(?:\.\d+)+)/.exec(stdout ?? '')?.[1];
}

/** How to get a QEMU, a line for each system. */
export const packages: readonly string[] = [
  'Debian, Ubuntu: apt-get install qemu-system-x86 qemu-utils',
  'Fedora: dnf install qemu-system-x86-core qemu-img',
  'Arch: pacman -S qemu-base',
  'Alpine: apk add qemu-system-x86_64 qemu-img',
  'macOS: brew install qemu',
  'without root, on Debian: tools/qemu.sh of the qblk repository',
  'installed elsewhere: QBLK_QEMU=DIRECTORY names the directory of its programs',
];

/** The engine that `--sandbox=NAME` means; throws a SandboxError that says what to install when there is none. */
export function chooseEngine(wanted: EngineKind | 'auto' = 'auto'): Engine {
  const engine = findEngines().find(candidate => wanted === 'auto' || candidate.kind === wanted);
  if (engine) return engine;
  const missing =
    wanted === 'auto'
      ? `neither ${programs.qemu} nor ${programs['storage-daemon']}`
      : `no ${programs[wanted]}`;
  throw new SandboxError(`there is ${missing} with qemu-img and qemu-io on this machine`, packages);
}
