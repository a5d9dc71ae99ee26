import { snapshotVersions } from '../qapi/snapshots.ts';
import type { Engine } from '../sandbox/engines.ts';
import { UsageError } from '../target/usage-error.ts';

export const ENGINES = ['auto', 'qemu', 'storage-daemon', 'sim', 'none'] as const;

/** `none` runs nothing: every script is checked against a bundled schema. */
export type EngineName = (typeof ENGINES)[number];

/** What the scripts of a test are run on. */
export interface TestEngine {
  readonly name: Exclude<EngineName, 'auto'>;
  /** In words. */
  readonly label: string;
  readonly program: 'system' | 'storage-daemon';
  /** What was found at the start, to learn the version of. */
  readonly engine?: Engine;
  /** The version to simulate. */
  readonly simulated?: string;
}

const PROGRAMS = { qemu: 'qemu-system-x86_64', 'storage-daemon': 'qemu-storage-daemon' } as const;

/**
 * The engine that a name means on this machine; throws a SandboxError where there is none. `auto` is the best that is here,
 * and the simulator where nothing is: the label says which.
 */
export async function findEngine(
  name: EngineName,
  simulated: { readonly version?: string; readonly program?: 'system' | 'storage-daemon' } = {},
): Promise<TestEngine> {
  const { program = 'system', version } = simulated;
  if (name === 'none') return { name, label: 'no engine: scripts are only checked', program };
  const { chooseEngine, findEngines } = await import('../sandbox/engines.ts');
  const engine = name === 'sim' ? undefined : name === 'auto' ? findEngines()[0] : chooseEngine(name);
  if (!engine) {
    const found = snapshotVersions().find(known => `${known}.`.startsWith(`${version ?? known}.`));
    if (found === undefined)
      throw new UsageError(`there is no QEMU ${version} to simulate`, [
        `there is ${snapshotVersions().join(', ')}`,
      ]);
    return { name: 'sim', label: 'simulator', program, simulated: found };
  }
  const { kind } = engine;
  return {
    name: kind,
    label: PROGRAMS[kind],
    program: kind === 'qemu' ? 'system' : 'storage-daemon',
    engine,
  };
}

/** The version of an engine, as [7, 2, 22]. A real one is started to say it. */
async function versionOf({ engine, simulated }: TestEngine): Promise<readonly number[]> {
  let text = simulated ?? '';
  if (engine) {
    const { execa } = await import('execa');
    const { stdout = '' } = await execa(engine.program, ['--version'], { reject: false, stdin: 'ignore' });
    text = /version (\d+(?:\.\d+)*)/.exec(stdout)?.[1] ?? '';
  }
  return text.split('.').map(Number);
}

/** Says of what a script needs what an engine does not have, in words; undefined where it has it all. */
export function lackingIn(engine: TestEngine): (needs: readonly string[]) => Promise<string | undefined> {
  let version: Promise<readonly number[]> | undefined;
  return async needs => {
    for (const need of needs) {
      if (need === 'real') {
        if (engine.name === 'sim') return 'needs a real QEMU, and this is the simulator';
      } else if (need === 'qemu') {
        if (engine.program !== 'system') return `needs a whole QEMU, and this is a ${engine.label}`;
      } else if (need === 'storage-daemon') {
        if (engine.program !== 'storage-daemon')
          return `needs a storage daemon, and this is a ${engine.label}`;
      } else {
        version ??= versionOf(engine);
        const there = await version;
        if (isOlder(there, need.split('.').map(Number)))
          return `needs QEMU ${need}, and this is ${there.join('.')}`;
      }
    }
    return undefined;
  };
}

function isOlder(version: readonly number[], wanted: readonly number[]): boolean {
  for (const [at, number] of wanted.entries()) {
    const there = version[at] ?? 0;
    if (there !== number) return there < number;
  }
  return false;
}
