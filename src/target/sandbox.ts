import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import type { DeclaredEndpoint } from '../compile/declared-endpoints.ts';
import type { Recipe } from '../compile/recipe.ts';
import type { Schema } from '../qapi/schema.ts';
import type { Engine, EngineKind } from '../sandbox/engines.ts';
import type { SandboxGroup } from '../sandbox/start.ts';
import { programOf } from './offline-schema.ts';
import { aroundSandbox, aroundSimulation, type SandboxSurroundings } from './sandbox-surroundings.ts';
import { UsageError } from './usage-error.ts';
import type { Told, Wish } from './wish.ts';

/** A QEMU of our own, real or simulated, whose greeting is still to be read. */
export interface OpenSandbox {
  readonly stream: Duplex;
  /** What the simulator accepts; a real QEMU is asked. */
  readonly schema?: Schema;
  readonly surroundings: SandboxSurroundings;
  /** Removes it, and all that is in it. */
  stop(): Promise<void>;
}

const NAMES = ['auto', 'qemu', 'storage-daemon', 'sim'] as const;

/** The endpoint that a sandbox is for, with its disks. */
interface Place {
  readonly endpoint?: DeclaredEndpoint;
  readonly recipe: Recipe;
}

/** Makes the sandbox that `--sandbox` asks for. `auto` is the simulator where this machine has no QEMU, and that is never left unsaid. */
export async function openSandbox(wish: Wish, recipe: Recipe, told: Told): Promise<OpenSandbox> {
  const [sandbox] = await openSandboxes(wish, [{ recipe }], told);
  if (!sandbox) throw new Error('no sandbox');
  return sandbox;
}

/**
 * Makes a sandbox for each endpoint, all of one kind. Their folders lie side by side in one, under the names of the
 * endpoints, so `../dst/nbd.sock` is a file of another's. Where one can't be made, none is left.
 */
export async function openSandboxes(
  wish: Wish,
  places: readonly Place[],
  told: Told,
): Promise<readonly OpenSandbox[]> {
  const wanted = NAMES.find(name => name === (wish.sandbox ?? 'auto'));
  if (wanted === undefined)
    throw new UsageError(`--sandbox is ${NAMES.slice(0, -1).join(', ')} or sim, not ${wish.sandbox}`);
  if (wanted === 'sim' && wish.flags.has('keep')) {
    throw new UsageError('--keep has nothing to keep: the simulator makes no files', [
      'leave out --keep, or use a real QEMU: --sandbox=qemu',
    ]);
  }
  const engine = wanted === 'sim' ? undefined : await engineFor(wanted);
  const group = engine && places.length > 1 ? await newGroup() : undefined;
  // They start at once, and are told of in order.
  const said = places.map((): string[] => []);
  const outcomes = await Promise.allSettled(
    places.map((place, at) => {
      const own: Told = { ...told, say: text => said[at]?.push(text) };
      return engine ? started(engine, wish, place, own, group) : simulated(wish, place, own);
    }),
  );
  const open = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = outcomes.find(outcome => outcome.status === 'rejected');
  for (const text of failed ? [] : said.flat()) told.say(text);
  if (!failed) return open;
  await Promise.all(open.map(sandbox => sandbox.stop()));
  throw failed.reason;
}

async function newGroup(): Promise<SandboxGroup> {
  const { sandboxGroup } = await import('../sandbox/start.ts');
  return sandboxGroup();
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
  wish: Wish,
  { endpoint, recipe }: Place,
  told: Told,
  group: SandboxGroup | undefined,
): Promise<OpenSandbox> {
  const { startSandbox } = await import('../sandbox/start.ts');
  const keep = wish.flags.has('keep');
  if (endpoint?.incoming && engine.kind !== 'qemu')
    throw noMigration(endpoint, 'a storage daemon has no guest');
  const sandbox = await startSandbox({
    engine,
    chains: recipe.chains,
    keep,
    ...(wish.guest ? { guest: wish.guest } : {}),
    ...(group && endpoint ? { group: { folder: group, name: endpoint.name } } : {}),
    ...(endpoint?.incoming ? { incoming: true } : {}),
  });
  const program = engine.kind === 'qemu' ? 'qemu-system-x86_64' : 'qemu-storage-daemon';
  told.say(`${heading(endpoint)} ${program} ${sandbox.version}${keep ? ` in ${sandbox.directory}` : ''}`);
  let now = sandbox;
  const folder = group ? dirname(sandbox.directory) : sandbox.directory;
  const surroundings = aroundSandbox(sandbox, wish, folder, next => {
    now = next;
  });
  return { stream: sandbox.stream, surroundings, stop: () => now.stop() };
}

async function simulated(wish: Wish, { endpoint, recipe }: Place, told: Told): Promise<OpenSandbox> {
  if (endpoint?.incoming) throw noMigration(endpoint, 'the simulator has no guest that could move');
  const { startSimulation } = await import('../sim/start.ts');
  const program = programOf(wish);
  const simulation = startSimulation({
    disks: recipe.chains,
    version: wish.qemu,
    program,
  });
  const { simulator, stream } = simulation;
  told.say(`${heading(endpoint)} simulator (QEMU ${simulator.machine.version})`);
  const surroundings = aroundSimulation(simulation, wish);
  const stop = async () => simulation.stop();
  return { stream, schema: simulator.machine.schema, surroundings, stop };
}

function heading(endpoint: DeclaredEndpoint | undefined): string {
  return endpoint ? `sandbox of @${endpoint.name}:` : 'sandbox:';
}

function noMigration({ name }: DeclaredEndpoint, why: string): UsageError {
  return new UsageError(`\`target ${name} incoming=on\` waits for a guest, and ${why}`, [
    'try it on whole QEMUs: --sandbox=qemu',
  ]);
}
