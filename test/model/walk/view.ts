import { closeSync, openSync, readSync } from 'node:fs';
import { beneathFilters, chainOf } from '../../../src/graph/chain.ts';
import type { BlockGraph, BlockNode, DirtyBitmap } from '../../../src/graph/graph.ts';

/** What the model and QEMU must agree on after a step. */
export interface View {
  readonly nodes: Readonly<Record<string, object>>;
  readonly unnamed: readonly string[];
  readonly exports: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, string>>;
}

/** The filters that jobs put in for themselves, which the model does not keep as nodes. */
const OF_JOBS = new Set(['commit_top', 'mirror_top', 'copy-before-write', 'copy-on-read']);

/**
 * The graph without made-up names: such nodes go by their files. Files by themselves (`file` nodes without a name) are left
 * out, but for the last part of their names.
 */
export function viewOf(graph: BlockGraph, recorded: (node: BlockNode) => string | null | undefined): View {
  const images = [...graph.nodes.values()].filter(node => !OF_JOBS.has(node.driver ?? ''));
  const named = images.filter(node => !node.name.startsWith('#'));
  const unnamed = images.filter(node => node.name.startsWith('#') && node.driver !== 'file');
  return {
    nodes: sorted(
      named.map(node => [
        node.name,
        {
          driver: node.driver,
          backing: node.backing && shown(graph, beneathFilters(graph, node.backing)),
          file: node.children?.['file'] && shown(graph, beneathFilters(graph, node.children['file'])),
          readOnly: node.readOnly,
          // A file grows as the image in it does, which no command tells of.
          size: node.driver === 'file' ? undefined : node.size,
          recorded: isImageFile(graph, node) ? (recorded(node) ?? null) : undefined,
          bitmaps: node.bitmaps && bitmapsOf(node.bitmaps),
        },
      ]),
    ),
    unnamed: unnamed.map(node => shown(graph, node.name)).sort(),
    exports: sorted(
      graph.attachments
        .filter(item => item.kind === 'export')
        .map(item => [
          item.id,
          chainOf(graph, item.node)
            .map(name => shown(graph, name))
            .join(' -> '),
        ]),
    ),
    jobs: sorted([...graph.jobs.values()].map(job => [job.id, `${job.type} ${job.status}`])),
  };
}

function bitmapsOf(bitmaps: readonly DirtyBitmap[]): string[] {
  return bitmaps
    .map(({ name, granularity, recording, busy, persistent }) => {
      const states = { recording, busy, persistent };
      return `${name.slice(0, 20)} ${granularity} ${Object.entries(states).flatMap(([word, is]) => (is ? [word] : []))}`;
    })
    .sort();
}

/** Whether the node's header can be read from a file: one that lies in another image can't be. */
function isImageFile(graph: BlockGraph, node: BlockNode): boolean {
  return node.driver === 'qcow2' && graph.nodes.get(node.children?.['file'] ?? '')?.driver === 'file';
}

function sorted<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries([...entries].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function shown(graph: BlockGraph, name: string): string {
  if (!name.startsWith('#')) return name;
  const node = graph.nodes.get(name);
  const file = node?.filename?.split('/').at(-1);
  return `(${node?.driver ?? '?'} ${file ?? '?'})`;
}

/** The backing file's name in the header of a qcow2 image: what the file says, whatever QEMU keeps in memory. */
export function recordedBacking(path: string): string | undefined {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(20);
    readSync(file, header, 0, 20, 0);
    const length = header.readUInt32BE(16);
    if (length === 0) return undefined;
    const name = Buffer.alloc(length);
    readSync(file, name, 0, length, Number(header.readBigUInt64BE(8)));
    return name.toString();
  } finally {
    closeSync(file);
  }
}
