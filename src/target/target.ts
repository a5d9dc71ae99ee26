import { readRecipe } from '../compile/recipe.ts';
import type { BlockGraph } from '../graph/graph.ts';
import type { Schema } from '../qapi/schema.ts';
import { openSession, type Session } from '../qmp/session.ts';
import { connect } from '../qmp/transport.ts';
import { look } from '../runner/look.ts';
import type { Script } from '../syntax/ast.ts';
import { liveSchema } from './live-schema.ts';
import { offlineSchema } from './offline-schema.ts';
import type { OpenSandbox } from './sandbox.ts';
import { UsageError } from './usage-error.ts';
import type { Told, Wish } from './wish.ts';

/** What a script is held against: a QEMU that runs, or a schema alone. */
export interface Target {
  readonly schema: Schema;
  readonly devices: ReadonlyMap<string, string>;
  readonly live?: LiveTarget;
  /** Lets go of the QEMU, and of the sandbox with all that is in it. May be called twice. */
  close(): Promise<void>;
}

export interface LiveTarget {
  readonly session: Session;
  readonly graph: BlockGraph;
  readonly isSandbox: boolean;
}

/** The address of `--qmp`, or what QBLK_QMP says; a sandbox comes before that variable. */
function addressOf(wish: Wish): string | undefined {
  if (wish.qmp !== undefined) return wish.qmp;
  return wish.sandbox === undefined ? process.env['QBLK_QMP'] || undefined : undefined;
}

/** Connects to the QEMU that the options name, or makes the sandbox that they ask for; else a bundled schema is all there is. */
export async function openTarget(wish: Wish, script: Script | undefined, told: Told): Promise<Target> {
  const address = addressOf(wish);
  if (address !== undefined && wish.sandbox !== undefined) {
    throw new UsageError('--qmp and --sandbox exclude each other', [
      'keep --qmp for a QEMU that runs, --sandbox for a scratch one',
    ]);
  }
  if (address !== undefined)
    return liveTarget(openSession(await connect(address), { address }), new Map(), undefined);
  if (wish.sandbox !== undefined && script) return sandboxTarget(wish, script, told);
  return { schema: offlineSchema(wish), devices: new Map(), close: async () => {} };
}

async function liveTarget(
  opening: Promise<Session>,
  devices: ReadonlyMap<string, string>,
  sandbox: OpenSandbox | undefined,
): Promise<Target> {
  const session = await opening;
  const schema = sandbox?.schema ?? (await liveSchema(session));
  if (!schema) throw new UsageError('this QEMU does not tell what it accepts: it has no query-qmp-schema');
  const graph = await look(session, schema);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= letGo(session).then(() => sandbox?.stop());
    return closing;
  };
  return { schema, devices, live: { session, graph, isSandbox: sandbox !== undefined }, close };
}

/** A command in flight is answered first, but a QEMU that answers no more holds nobody up. */
async function letGo(session: Session): Promise<void> {
  const timer = setTimeout(() => session.destroy(), PATIENCE);
  await session.close();
  clearTimeout(timer);
}

const PATIENCE = 1000;

async function sandboxTarget(wish: Wish, script: Script, told: Told): Promise<Target> {
  const { openSandbox } = await import('./sandbox.ts');
  const recipe = readRecipe(script, wish.parameters);
  const sandbox = await openSandbox(wish, recipe, told);
  try {
    const session = openSession(sandbox.stream, { address: 'the sandbox' });
    return await liveTarget(session, recipe.devices, sandbox);
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}
