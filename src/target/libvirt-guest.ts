import type { LibvirtGuest } from '../compile/evaluate/safety/allowances.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { namedByLibvirt } from '../graph/libvirt.ts';
import { ExecuteError } from '../qmp/errors.ts';
import { isObject } from '../qmp/json.ts';
import type { Session } from '../qmp/session.ts';

/** A monitor socket of libvirt's own: /var/lib/libvirt/qemu/domain-1-vm1/monitor.sock. */
const SOCKET = /\/libvirt\/qemu\//;

/**
 * The guest of libvirt's that a QEMU runs, as its nodes or the path of its socket tell; undefined where it is none. Its name is
 * what QEMU was told to call it.
 */
export async function libvirtGuest(session: Session, graph: BlockGraph): Promise<LibvirtGuest | undefined> {
  if (!namedByLibvirt(graph) && !SOCKET.test(session.address)) return undefined;
  try {
    const reply = await session.execute('query-name');
    const name = isObject(reply) ? reply['name'] : undefined;
    return typeof name === 'string' ? { domain: name } : {};
  } catch (error) {
    if (error instanceof ExecuteError) return {};
    throw error;
  }
}
