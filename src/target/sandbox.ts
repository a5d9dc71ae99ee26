import type { Duplex } from 'node:stream';
import type { Recipe } from '../compile/recipe.ts';
import type { Schema } from '../qapi/schema.ts';
import type { Engine, EngineKind } from '../sandbox/engines.ts';
import { programOf } from './offline-schema.ts';
import { UsageError } from './usage-error.ts';
import type { Told, Wish } from './wish.ts';

/** A QEMU of our own, real or simulated, whose greeting is still to be read. */
export interface OpenSandbox {
  readonly stream: Duplex;
  /** What the simulator accepts; a real QEMU is asked. */
  readonly schema?: Schema;
  /** Removes it, and all that is in it. */
  stop(): Promise<void>;
}

const NAMES = ['auto', 'qemu', 'storage-daemon', 'sim'] as const;

/** Makes the sandbox that `--sandbox` asks for. `auto` is the simulator where this machine has no QEMU, and that is never left unsaid. */
export async function openSandbox(wish: Wish, recipe: Recipe, told: Told): Promise<OpenSandbox> {
  const wanted = NAMES.find(name => name === (wish.sandbox ?? 'auto'));
  if (wanted === undefined)
    throw new UsageError(`--sandbox is ${NAMES.slice(0, -1).join(', ')} or sim, not ${wish.sandbox}`);
  if (wanted === 'sim') {
    if (wish.flags.has('keep'))
      throw new UsageError('--keep has nothing to keep: the simulator makes no files', [
        'leave out --keep, or use a real QEMU: --sandbox=qemu',
      ]);
    return simulated(wish, recipe, told);
  }
  const engine = await engineFor(wanted);
  return engine ? started(engine, wish, recipe, told) : simulated(wish, recipe, told);
}

async function engineFor(wanted: EngineKind | 'auto'): Promise<Engine | undefined> {
  const { chooseEngine, findEngines, packages } = await import('../sandbox/engines.ts');
  if (wanted !== 'auto') return chooseEngine(wanted);
  const [best] = findEngines();
  if (best) return best;
  const [first, ...more] = packages;
  process.stderr.write(
    [
      'no QEMU here: the built-in simulator takes its place, and what it says is only what qblk knows of QEMU',
      `install QEMU to try the script on the real one: ${first}`,
      ...more.map(line => `  ${line}`),
      '',
    ].join('\n'),
  );
  return undefined;
}

async function started(engine: Engine, wish: Wish, recipe: Recipe, told: Told): Promise<OpenSandbox> {
  const { startSandbox } = await import('../sandbox/start.ts');
  const keep = wish.flags.has('keep');
  const sandbox = await startSandbox({ engine, chains: recipe.chains, keep });
  const program = engine.kind === 'qemu' ? 'qemu-system-x86_64' : 'qemu-storage-daemon';
  told.say(`sandbox: ${program} ${sandbox.version}${keep ? ` in ${sandbox.directory}` : ''}`);
  return { stream: sandbox.stream, stop: () => sandbox.stop() };
}

async function simulated(wish: Wish, recipe: Recipe, told: Told): Promise<OpenSandbox> {
  const { startSimulation } = await import('../sim/start.ts');
  const program = programOf(wish);
  const { simulator, stream, stop } = startSimulation({
    disks: recipe.chains,
    version: wish.qemu,
    program,
  });
  told.say(`sandbox: simulator (QEMU ${simulator.machine.version})`);
  return { stream, schema: simulator.machine.schema, stop: async () => stop() };
}
