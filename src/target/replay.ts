import { declaredEndpoints } from '../compile/declared-endpoints.ts';
import { readRecipe } from '../compile/recipe.ts';
import { openSession } from '../qmp/session.ts';
import type { Trace } from '../qmp/trace.ts';
import { duplexPair } from '../sim/duplex-pair.ts';
import { type Deviation, ReplayServer } from '../sim/replay-server.ts';
import type { Script } from '../syntax/ast.ts';
import { type Named, openAll } from './endpoints.ts';
import { liveTarget, type OpenedTarget } from './live-target.ts';
import type { Target } from './target.ts';
import { UsageError } from './usage-error.ts';
import type { Wish } from './wish.ts';

/** A trace in the place of the QEMU, or of the QEMUs, that it is of. */
export interface Replay {
  readonly target: Target;
  /** Where the run left the trace, if it did; to be asked once it has ended. */
  deviation(): Deviation | undefined;
}

/** Thrown where a run leaves the trace before there is a target. */
export class EarlyDeviation extends Error {
  readonly deviation: Deviation;

  constructor(deviation: Deviation, cause: unknown) {
    super('the trace was left', { cause });
    this.deviation = deviation;
  }
}

/** Opens what a trace has for each endpoint of a script. Throws a UsageError where it is of another script. */
export async function openReplay(trace: Trace, wish: Wish, script: Script): Promise<Replay> {
  const names = declaredEndpoints(script).map(({ name }) => name);
  const wanted: readonly (string | undefined)[] = names.length > 0 ? names : [undefined];
  const recorded = new Set(trace.records.map(({ target }) => target));
  const missing = wanted.find(name => !recorded.has(name));
  if (trace.records.length === 0 || wanted.some(name => !recorded.has(name)))
    throw new UsageError(
      missing === undefined ? 'the trace is of another script' : `the trace has nothing of @${missing}`,
      [
        `it has ${recorded.size === 0 ? 'no messages' : [...recorded].map(name => (name ? `@${name}` : 'one QEMU')).join(', ')}`,
      ],
    );
  const servers = wanted.map(
    name => [name, new ReplayServer(trace.records.filter(({ target }) => target === name))] as const,
  );
  const deviation = () => servers.map(([, server]) => server.deviation).find(found => found !== undefined);
  const recipes = wanted.map(name => readRecipe(script, wish.parameters, name));
  const { sandbox } = trace.header;
  const devices = new Map(sandbox ? recipes.flatMap(recipe => [...recipe.devices]) : []);
  try {
    const [first] = servers;
    if (names.length === 0 && first)
      return { target: { ...(await openedOn(first[1], wish, sandbox)), devices }, deviation };
    const opening = servers.map(
      async ([name = '', server]): Promise<Named> => [name, await openedOn(server, wish, sandbox, name)],
    );
    const several = await openAll(opening, devices);
    const [{ schema } = { schema: undefined }] = several.endpoints.values();
    if (!schema) throw new Error('no endpoint');
    return { target: { ...several, schema }, deviation };
  } catch (error) {
    const early = deviation();
    throw early?.came === undefined ? error : new EarlyDeviation(early, error);
  }
}

async function openedOn(
  server: ReplayServer,
  { allowExec }: Wish,
  isSandbox: boolean,
  name?: string,
): Promise<OpenedTarget> {
  const connect = () => {
    const [near, far] = duplexPair();
    server.accept(far);
    return near;
  };
  const address = name === undefined ? 'the trace' : `the trace of @${name}`;
  const surroundings = {
    // Programs of the host did their work when the trace was made.
    rules: { place: 'simulator', allowed: allowExec },
    folder: '.',
    qemuFolder: '.',
    async again(_: unknown, quit: () => Promise<void>) {
      await quit();
      return connect();
    },
  } as const;
  const opening = openSession(connect(), { address });
  return liveTarget(
    opening,
    { surroundings, stop: async () => {} },
    {
      trace: () => {},
      isSandbox,
    },
  );
}
