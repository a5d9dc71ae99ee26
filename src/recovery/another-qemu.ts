import type { Schema } from '../qapi/schema.ts';
import { ConnectionLostError, ExecuteError } from '../qmp/errors.ts';
import { isObject } from '../qmp/json.ts';
import type { Session } from '../qmp/session.ts';
import { look } from '../runner/look.ts';

/** Who answers at the address is not the QEMU process that was there before. Nobody tries any further. */
export class AnotherQemu extends ConnectionLostError {
  override readonly name: string = 'AnotherQemu';

  constructor(address: string) {
    super(address, 'QEMU was started again while the connection was lost, and its jobs are gone', [], {
      help: ['see what there is: qblk show chain; then run what is missing'],
    });
  }
}

/** The threads of a QEMU's CPUs, by which the system knows them; empty where it has none, or does not tell. */
export async function threadsOf(session: Session): Promise<string> {
  try {
    const cpus = await session.execute('query-cpus-fast');
    const threads = (Array.isArray(cpus) ? cpus : []).map(cpu => isObject(cpu) && cpu['thread-id']);
    return threads.join(' ');
  } catch (error) {
    if (error instanceof ExecuteError) return '';
    throw error;
  }
}

/**
 * Throws an AnotherQemu unless this is the process that had these threads and must still have these nodes. In a container the threads of
 * one that was started again may be called the same, and some have none; the names that QEMU makes up for nodes have random digits in them, so another process has none of those.
 */
export async function requireSameProcess(
  session: Session,
  {
    threads,
    schema,
    nodes,
  }: { readonly threads: string; readonly schema: Schema; readonly nodes: ReadonlySet<string> },
): Promise<void> {
  if ((await threadsOf(session)) !== threads) throw new AnotherQemu(session.address);
  const madeUp = [...nodes].filter(name => name.startsWith('#'));
  if (madeUp.length === 0) return;
  const there = await look(session, schema);
  if (there.complete && !madeUp.some(name => there.nodes.has(name))) throw new AnotherQemu(session.address);
}
