import { readRecipe } from '../compile/recipe.ts';
import type { Schema } from '../qapi/schema.ts';
import { openSession } from '../qmp/session.ts';
import type { Script } from '../syntax/ast.ts';
import { type Endpoint, openEndpoints } from './endpoints.ts';
import { type LiveTarget, liveTarget } from './live-target.ts';
import { monitorTarget } from './monitor-target.ts';
import { offlineSchema } from './offline-schema.ts';
import { UsageError } from './usage-error.ts';
import type { Told, Wish } from './wish.ts';

/** What a script is held against: a QEMU that runs, or a schema alone. */
export interface Target {
  readonly schema: Schema;
  readonly devices: ReadonlyMap<string, string>;
  readonly live?: LiveTarget;
  /** The endpoints of a script that declares some, by name; then the schema is that of the first, and `live` is missing. */
  readonly endpoints?: ReadonlyMap<string, Endpoint>;
  /** Lets go of the QEMU, and of the sandbox with all that is in it. May be called twice. */
  close(): Promise<void>;
}

export type { LiveTarget } from './live-target.ts';

/** Whether there is a QEMU, at every endpoint if there are some. */
export function isLive({ live, endpoints }: Target): boolean {
  if (!endpoints) return live !== undefined;
  return [...endpoints.values()].every(endpoint => endpoint.live !== undefined);
}

/** The QEMUs that a target has, by the names of their endpoints; the one of a script without endpoints by undefined. */
export function qemusOf({ schema, live, endpoints }: Target): ReadonlyMap<string | undefined, Qemu> {
  if (!endpoints) return new Map(live ? [[undefined, { schema, live }]] : []);
  return new Map(
    [...endpoints].flatMap(([name, endpoint]) =>
      endpoint.live ? [[name, { schema: endpoint.schema, live: endpoint.live }] as const] : [],
    ),
  );
}

interface Qemu {
  readonly schema: Schema;
  readonly live: LiveTarget;
}

/** The address of `--qmp`, or what QBLK_QMP says; a sandbox comes before that variable. */
function addressOf(wish: Wish): string | undefined {
  if (wish.qmp !== undefined) return wish.qmp;
  return wish.sandbox === undefined ? process.env['QBLK_QMP'] || undefined : undefined;
}

/**
 * Connects to the QEMU that the options name, or makes the sandbox that they ask for; else a bundled schema is all there is.
 * For a script with endpoints it does so for each.
 */
export async function openTarget(wish: Wish, script: Script | undefined, told: Told): Promise<Target> {
  const several = await openEndpoints(wish, script, told);
  const [first] = several?.endpoints.values() ?? [];
  if (several && first) return { ...several, schema: first.schema };
  const address = addressOf(wish);
  if (address !== undefined && wish.sandbox !== undefined) {
    throw new UsageError('--qmp and --sandbox exclude each other', [
      'keep --qmp for a QEMU that runs, --sandbox for a scratch one',
    ]);
  }
  if (address !== undefined) {
    return { ...(await monitorTarget(address, wish, told)), devices: new Map() };
  }
  if (wish.sandbox !== undefined && script) return sandboxTarget(wish, script, told);
  return { schema: offlineSchema(wish), devices: new Map(), close: async () => {} };
}

async function sandboxTarget(wish: Wish, script: Script, told: Told): Promise<Target> {
  const { openSandbox } = await import('./sandbox.ts');
  const recipe = readRecipe(script, wish.parameters);
  const sandbox = await openSandbox(wish, recipe, told);
  try {
    const trace = wish.tracer?.hook(true);
    const session = openSession(sandbox.stream, { address: 'the sandbox', ...(trace ? { trace } : {}) });
    return { ...(await liveTarget(session, sandbox, { trace })), devices: recipe.devices };
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}
