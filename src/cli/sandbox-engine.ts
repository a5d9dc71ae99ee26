import type { Duplex } from 'node:stream';
import type { Recipe } from '../compile/recipe.ts';
import type { Schema } from '../qapi/schema.ts';
import type { Engine, EngineKind } from '../sandbox/engines.ts';
import { UsageError } from './exit-code.ts';
import { programOf } from './offline-schema.ts';
import type { Options } from './options.ts';
import type { Output } from './output.ts';

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
export async function openSandbox(options: Options, recipe: Recipe, output: Output): Promise<OpenSandbox> {
  const wanted = NAMES.find(name => name === (options.sandbox ?? 'auto'));
  if (wanted === undefined)
    throw new UsageError(`--sandbox is ${NAMES.slice(0, -1).join(', ')} or sim, not ${options.sandbox}`);
  if (wanted === 'sim') {
    if (options.flags.has('keep'))
      throw new UsageError('--keep has nothing to keep: the simulator makes no files', [
        'leave out --keep, or use a real QEMU: --sandbox=qemu',
      ]);
    return simulated(options, recipe, output);
  }
  const engine = await engineFor(wanted);
  return engine ? started(engine, options, recipe, output) : simulated(options, recipe, output);
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

async function started(
  engine: Engine,
  options: Options,
  recipe: Recipe,
  output: Output,
): Promise<OpenSandbox> {
  const { startSandbox } = await import('../sandbox/start.ts');
  const keep = options.flags.has('keep');
  const sandbox = await startSandbox({ engine, chains: recipe.chains, keep });
  const program = engine.kind === 'qemu' ? 'qemu-system-x86_64' : 'qemu-storage-daemon';
  output.say(`sandbox: ${program} ${sandbox.version}${keep ? ` in ${sandbox.directory}` : ''}`);
  return { stream: sandbox.stream, stop: () => sandbox.stop() };
}

async function simulated(options: Options, recipe: Recipe, output: Output): Promise<OpenSandbox> {
  const { startSimulation } = await import('../sim/start.ts');
  const program = programOf(options);
  const { simulator, stream, stop } = startSimulation({
    disks: recipe.chains,
    version: options.qemu,
    program,
  });
  output.say(`sandbox: simulator (QEMU ${simulator.machine.version})`);
  return { stream, schema: simulator.machine.schema, stop: async () => stop() };
}
