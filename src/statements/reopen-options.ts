import { beneathFilters } from '../graph/chain.ts';
import { isProtocol } from '../graph/files.ts';
import type { BlockNode, Refusal } from '../graph/graph.ts';
import { Later } from '../qapi/placeholder.ts';
import { type Datum, isDatumObject } from './datum.ts';
import { type Call, refuse } from './define.ts';

const TAKES_FILENAME: ReadonlySet<string> = new Set(['file', 'host_device', 'host_cdrom']);

/** What the node stands on, which a reopen has to say again: its file, or its file name, and its backing. */
export function childrenToRepeat(
  call: Call,
  node: BlockNode | undefined,
  driver: string | Later,
  shown: string,
): Record<string, Datum | undefined> {
  const backing = call.given['backing'];
  if (typeof driver === 'string' && isProtocol(driver)) {
    const named = TAKES_FILENAME.has(driver);
    return named
      ? { filename: node?.filename ?? new Later(`the file name of ${shown}`), backing }
      : { backing };
  }
  // A filter's only child is called its file.
  if (node?.filter && node.backing)
    return { file: call.named(node.backing, `the file node of ${shown}`), backing };
  const file = new Later(`the file node of ${shown}`);
  const children = Object.entries(node?.children ?? { file })
    .filter(([role]) => !role.includes('.'))
    .map(([role, child]) => [
      role,
      typeof child === 'string' ? call.named(child, `the ${role} node of ${shown}`) : child,
    ]);
  return {
    ...Object.fromEntries(children),
    backing: backing === undefined ? backingToRepeat(call, node, driver, shown) : backing,
  };
}

/** Images without a backing, or of a format that has none, need not speak of it; QEMU does not take it of a raw node. */
function backingToRepeat(
  call: Call,
  node: BlockNode | undefined,
  driver: string | Later,
  shown: string,
): string | Later | null | undefined {
  if (driver === 'raw') return undefined;
  if (node?.backing === undefined) return new Later(`what ${shown} lies over`);
  if (node.backing === null) return node.backingString ? null : undefined;
  // A job's filter stays where it is, and QEMU does not take its name.
  return call.named(beneathFilters(call.graph, node.backing), `what ${shown} lies over`);
}

/** A `cache` of which only a part is given, with the rest as it is. */
export function cacheToRepeat(call: Call, node: BlockNode | undefined): Record<string, Datum> {
  const known = node?.options?.['cache'];
  const given = call.further['cache'];
  return isDatumObject(known) && isDatumObject(given) ? { cache: { ...known, ...given } } : {};
}

/** Of a raw node that shows a part of its file QEMU does not tell which one, and a reopen that does not say so shows another. */
export function partOfFile(call: Call, node: BlockNode | undefined): Refusal | undefined {
  const file = call.graph.nodes.get(node?.children?.['file'] ?? '');
  if (node?.driver !== 'raw' || node.size === undefined || file?.size === undefined) return undefined;
  const isSaid = call.further['offset'] !== undefined || call.further['size'] !== undefined;
  if (isSaid || node.size === file.size) return undefined;
  return refuse({
    argument: 'node',
    code: 'part-of-file',
    message: `\`${node.name}\` shows ${node.size} of the ${file.size} bytes of its file, and a reopen has to say which`,
    help: ['give again what it was opened with: offset=… size=…'],
  });
}

/** A QEMU without unstable commands need not tell how its nodes hang together; then somebody has to say it. */
export function untoldChild(call: Call, node: BlockNode | undefined): Refusal | undefined {
  if (!node || !call.graph.complete || node.filter || isProtocol(node.driver)) return undefined;
  const saysBacking = call.given['backing'] !== undefined || node.driver === 'raw';
  const [role, isTold] =
    node.children === undefined
      ? ['file', call.further['file'] !== undefined]
      : ['backing', node.backing !== undefined || saysBacking];
  if (isTold) return undefined;
  return refuse({
    argument: 'node',
    code: 'missing-argument',
    message: `a reopen has to name the ${role} of \`${node.name}\` again, and this QEMU does not tell which node that is`,
    help: [`give ${role}=NODE`, '`show nodes` lists what is there'],
  });
}
