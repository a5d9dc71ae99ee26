import { sizeText } from '../../graph/draw.ts';
import type { BlockNode, Refusal } from '../../graph/graph.ts';
import type { Caution } from '../define.ts';
import { quoted, refuse } from './refusals.ts';

/** Why no qcow2 image can have a size: QEMU says so only once its file has been made. */
export function notInSectors(size: number | bigint): Refusal | undefined {
  const bytes = Number(size);
  if (bytes % 512 === 0) return undefined;
  const message = `A qcow2 image holds whole sectors of 512 bytes, and ${size} bytes are not whole.`;
  return refuse('size-not-sectors', 'size', message, [
    `give a multiple of 512: size=${Math.ceil(bytes / 512) * 512}`,
  ]);
}

/** QEMU cuts off what lies behind a smaller size, whatever a guest keeps there. */
export function shrinking(node: BlockNode, size: number): Caution | undefined {
  if (node.size === undefined || size >= node.size) return undefined;
  const message = `This makes ${quoted(node.name)} smaller, from ${sizeText(node.size)} to ${sizeText(size)}: what lies behind is lost.`;
  return refuse('shrinks', 'size', message, [
    'shrink the partitions and file systems in it first; what is cut off does not come back',
  ]);
}
