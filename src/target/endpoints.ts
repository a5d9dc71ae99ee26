import { type DeclaredEndpoint, declaredEndpoints } from '../compile/declared-endpoints.ts';
import { readRecipe } from '../compile/recipe.ts';
import type { BlockGraph } from '../graph/graph.ts';
import type { Schema } from '../qapi/schema.ts';
import { openSession } from '../qmp/session.ts';
import type { Script } from '../syntax/ast.ts';
import { suggest } from '../text/suggest.ts';
import { type LiveTarget, liveTarget, type OpenedTarget } from './live-target.ts';
import { monitorTarget } from './monitor-target.ts';
import { offlineSchema } from './offline-schema.ts';
import { UsageError } from './usage-error.ts';
import type { Told, Wish } from './wish.ts';

/** What a script with endpoints is held against at one of them. */
export interface Endpoint {
  readonly schema: Schema;
  /** Missing where there is no QEMU. */
  readonly live?: LiveTarget;
  readonly graph?: BlockGraph;
}

/** The endpoints of a script, opened. */
export interface Endpoints {
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  /** The sandboxes' disks for device parameters without a value. */
  readonly devices: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

/** Opens a QEMU for each endpoint that a script declares; undefined where it declares none. */
export async function openEndpoints(
  wish: Wish,
  script: Script | undefined,
  told: Told,
): Promise<Endpoints | undefined> {
  const declared = script ? declaredEndpoints(script) : [];
  checkWish(wish, declared);
  if (!script || declared.length === 0) return undefined;
  if (wish.sandbox !== undefined) return inSandboxes(wish, script, declared, told);
  const addresses = wish.targets ?? new Map<string, string>();
  if (addresses.size === 0) {
    const schema = offlineSchema(wish);
    const endpoints = new Map(declared.map(({ name }) => [name, { schema }]));
    return { endpoints, devices: new Map(), close: async () => {} };
  }
  return openAll(
    declared.map(async ({ name }): Promise<Named> => {
      return [name, await monitorTarget(addresses.get(name) ?? '', wish, told, { name })];
    }),
    new Map(),
  );
}

function checkWish({ qmp, sandbox, targets = new Map() }: Wish, declared: readonly DeclaredEndpoint[]): void {
  const names = declared.map(({ name }) => name);
  for (const name of targets.keys()) {
    if (names.includes(name)) continue;
    if (names.length === 0)
      throw new UsageError(`--target ${name}=… names an endpoint, and the script declares none`, [
        'name its one QEMU: --qmp URI',
        `or declare it at the head of the script: target ${name}`,
      ]);
    const near = suggest(name, names);
    throw new UsageError(`the script has no endpoint \`${name}\``, [
      near.length > 0 ? `did you mean ${near.join(' or ')}?` : `it has ${names.join(', ')}`,
    ]);
  }
  if (names.length === 0) return;
  if (qmp !== undefined)
    throw new UsageError(`the script has endpoints, ${names.join(' and ')}, so --qmp does not say enough`, [
      `name the QEMU of each: ${howToName(names)}`,
    ]);
  if (sandbox !== undefined && targets.size > 0)
    throw new UsageError('--target and --sandbox exclude each other', [
      'keep --target for QEMUs that run, --sandbox for scratch ones',
    ]);
  const missing = targets.size > 0 ? names.filter(name => !targets.has(name)) : [];
  if (missing.length > 0)
    throw new UsageError(`no QEMU is named for ${missing.map(name => `@${name}`).join(' and ')}`, [
      howToName(missing),
    ]);
  const addresses = [...targets];
  for (const [at, [name, address]] of addresses.entries()) {
    const other = addresses.slice(0, at).find(([, one]) => one === address);
    if (other)
      throw new UsageError(`@${other[0]} and @${name} name the same monitor, ${address}`, [
        'each endpoint is a QEMU of its own; a monitor has room for one client',
      ]);
  }
}

/** What the command line has to say for endpoints of these names. */
export function howToName(names: readonly string[]): string {
  return names.map(name => `--target ${name}=URI`).join(' ');
}

async function inSandboxes(
  wish: Wish,
  script: Script,
  declared: readonly DeclaredEndpoint[],
  told: Told,
): Promise<Endpoints> {
  const { openSandboxes } = await import('./sandbox.ts');
  const places = declared.map(endpoint => ({
    endpoint,
    recipe: readRecipe(script, wish.parameters, endpoint.name),
  }));
  const sandboxes = await openSandboxes(wish, places, told);
  return openAll(
    places.map(async ({ endpoint: { name } }, at): Promise<Named> => {
      const sandbox = sandboxes[at];
      if (!sandbox) throw new Error(`no sandbox for ${name}`);
      try {
        const trace = wish.tracer?.hook(true, name);
        const session = openSession(sandbox.stream, {
          address: `the sandbox of @${name}`,
          ...(trace ? { trace } : {}),
        });
        return [name, await liveTarget(session, sandbox, { trace })];
      } catch (error) {
        await sandbox.stop();
        throw error;
      }
    }),
    new Map(places.flatMap(({ recipe }) => [...recipe.devices])),
  );
}

/** An endpoint's name, with what was opened for it. */
export type Named = readonly [name: string, target: OpenedTarget];

/** Opens all endpoints, or none: where one can't be opened the others are let go. */
export async function openAll(
  opening: readonly Promise<Named>[],
  devices: ReadonlyMap<string, string>,
): Promise<Endpoints> {
  const outcomes = await Promise.allSettled(opening);
  const there = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const close = async () => {
    await Promise.all(there.map(([, target]) => target.close()));
  };
  const failed = outcomes.find(outcome => outcome.status === 'rejected');
  if (failed) {
    await close();
    throw failed.reason;
  }
  const endpoints = new Map(
    there.map(([name, { schema, live }]) => [name, { schema, live, graph: live.graph }]),
  );
  return { endpoints, devices, close };
}
