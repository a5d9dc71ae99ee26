import type { HostRules } from '../compile/evaluate/outside/host-rules.ts';
import type { BlockGraph } from '../graph/graph.ts';
import type { Schema } from '../qapi/schema.ts';
import { openSession, type Session, type SessionOptions } from '../qmp/session.ts';
import { closeNodes } from '../runner/close-nodes.ts';
import { look } from '../runner/look.ts';
import { type Surroundings, surroundingsOf } from '../runner/surroundings.ts';
import { isElsewhere } from '../transport/transports.ts';
import { libvirtGuest } from './libvirt-guest.ts';
import { liveSchema } from './live-schema.ts';
import { recordedBacking } from './recorded-backing.ts';
import type { SandboxSurroundings } from './sandbox-surroundings.ts';
import { UsageError } from './usage-error.ts';

/** A QEMU that somebody talks to, with its graph as it was found. */
export interface LiveTarget {
  /** The one that is open now: a sandbox that restarts has another then. */
  readonly session: Session;
  readonly graph: BlockGraph;
  readonly isSandbox: boolean;
  readonly surroundings: Surroundings;
  /** Connects to it once more; missing where there is no way back to the same QEMU. */
  readonly reopen?: (() => Promise<Session>) | undefined;
}

/** A QEMU that was just opened, and how to let go of it. */
export interface OpenedTarget {
  readonly schema: Schema;
  readonly live: LiveTarget;
  /** Lets go of the QEMU, and of the sandbox with all that is in it. May be called twice. */
  close(): Promise<void>;
}

/** The sandbox that a QEMU is in: what it accepts, if that need not be asked, and how to end it. */
interface Around {
  readonly schema?: Schema;
  readonly surroundings: SandboxSurroundings;
  stop(): Promise<void>;
}

/** How a QEMU was reached, and what is allowed around it. */
interface MonitorOptions {
  /** Where a QEMU that somebody else runs has its monitor: whether that is on this host decides what paths mean. */
  readonly address?: string;
  /** What a script may do to a QEMU that is in no sandbox. */
  readonly allowed?: HostRules | undefined;
  /** Whether it is in a sandbox; by default one with something around it is. */
  readonly isSandbox?: boolean;
  /** Hears the messages of its sessions, those of a sandbox that restarts too. */
  readonly trace?: SessionOptions['trace'] | undefined;
  readonly reopen?: (() => Promise<Session>) | undefined;
}

/** Asks a QEMU what it accepts and what there is. Throws a UsageError where it does not tell the first. */
export async function liveTarget(
  opening: Promise<Session>,
  sandbox: Around | undefined,
  { allowed, address, trace, reopen, isSandbox = sandbox !== undefined }: MonitorOptions = {},
): Promise<OpenedTarget> {
  let session = await opening;
  // A trace has it all, so that it can be read back anywhere.
  const schema = trace
    ? await liveSchema(session, 'asked')
    : (sandbox?.schema ?? (await liveSchema(session)));
  if (!schema) throw new UsageError('this QEMU does not tell what it accepts: it has no query-qmp-schema');
  const graph = await look(session, schema);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= letGo(session).then(() => sandbox?.stop());
    return closing;
  };
  const place = address !== undefined && isElsewhere(address) ? 'elsewhere' : 'here';
  const surroundings = sandbox
    ? restartable(sandbox.surroundings, session, trace, next => {
        session = next;
      })
    : surroundingsOf(place, {
        ...allowed,
        libvirt: await libvirtGuest(session, graph),
        ...(place === 'here' ? { recordedBacking } : {}),
      });
  const live = {
    get session() {
      return session;
    },
    graph,
    isSandbox,
    surroundings,
    reopen,
  };
  return { schema, live, close };
}

function restartable(
  sandbox: SandboxSurroundings,
  first: Session,
  trace: SessionOptions['trace'],
  replace: (session: Session) => void,
): Surroundings {
  let session = first;
  const quit = async (graph: BlockGraph) => {
    await closeNodes(session, graph);
    await session.execute('quit');
    await session.closed;
  };
  return {
    ...sandbox,
    async restart(graph) {
      const stream = await sandbox.again(graph, () => quit(graph));
      session = await openSession(stream, { address: session.address, ...(trace ? { trace } : {}) });
      replace(session);
      return session;
    },
  };
}

/** A command in flight is answered first, but a QEMU that answers no more holds nobody up. */
export async function letGo(session: Session): Promise<void> {
  const timer = setTimeout(() => session.destroy(), PATIENCE);
  await session.close();
  clearTimeout(timer);
}

const PATIENCE = 1000;
