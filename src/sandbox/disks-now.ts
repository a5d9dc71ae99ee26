import { outlivesRestart } from '../compile/evaluate/outside/restart-effect.ts';
import { chainOf } from '../graph/chain.ts';
import type { BlockGraph, BlockNode } from '../graph/graph.ts';
import type { Disk, Layer } from './chain.ts';
import { SandboxError } from './sandbox-error.ts';

/**
 * The disks of a sandbox with the chains that they have by now, to be started on again. Throws a SandboxError where an image
 * can't be opened as it is from a command line.
 */
export function disksNow(graph: BlockGraph): Disk[] {
  const names = new Set(graph.nodes.keys());
  const disks = graph.attachments.filter(item => item.kind !== 'backend' && outlivesRestart(item));
  return disks.map(({ id, node }) => ({
    device: id,
    layers: chainOf(graph, node)
      .reverse()
      .map(name => layerOf(graph, name, names)),
  }));
}

function layerOf(graph: BlockGraph, name: string, names: Set<string>): Layer {
  const node = graph.nodes.get(name);
  const filename = node && fileOf(graph, node);
  const format = node?.driver;
  if (filename === undefined || (format !== 'qcow2' && format !== 'raw')) {
    throw new SandboxError(
      `a sandbox cannot start again on \`${name}\`: it is ${format === undefined ? 'not known' : `of the driver ${format}`}${filename === undefined ? ', without a file' : ''}`,
    );
  }
  return { nodeName: name.startsWith('#') ? freeName(names) : name, filename, size: node?.size ?? 0, format };
}

/** The file that an image is in, where its node shows one. */
function fileOf(graph: BlockGraph, node: BlockNode): string | undefined {
  const below = graph.nodes.get(node.children?.['file'] ?? '');
  const filename = below?.filename ?? node.filename;
  return filename?.startsWith('json:') ? undefined : filename?.replace(/^file:/, '');
}

/** QEMU's own names can't be given to it. */
function freeName(names: Set<string>): string {
  for (let number = 0; ; number++) {
    const name = `image${number}`;
    if (names.has(name)) continue;
    names.add(name);
    return name;
  }
}
