import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { RecordedBacking } from '../compile/evaluate/outside/host-rules.ts';

const HEAD = 65536;
const MAGIC = 'QFI\xfb';
const FORMAT = 0xe2792aca;
const LONGEST_NAME = 1023;

/** What the head of a qcow2 image of this host records of its backing file; undefined where there is none, or nobody may look. */
export function recordedBacking(path: string): RecordedBacking | undefined {
  try {
    const found = statSync(path);
    if (!found.isFile() && !found.isBlockDevice()) return undefined;
    const file = openSync(path, 'r');
    try {
      return backingIn((position, length) => {
        const buffer = Buffer.alloc(length);
        return buffer.subarray(0, readSync(file, buffer, 0, length, position));
      });
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

function backingIn(read: (position: number, length: number) => Buffer): RecordedBacking | undefined {
  const head = read(0, HEAD);
  if (head.length < 72 || head.toString('latin1', 0, 4) !== MAGIC) return undefined;
  const [version, offset, length] = [
    head.readUInt32BE(4),
    Number(head.readBigUInt64BE(8)),
    head.readUInt32BE(16),
  ];
  if (offset === 0 || length === 0 || length > LONGEST_NAME) return undefined;
  const format = formatIn(head.subarray(version === 2 ? 72 : head.readUInt32BE(100), offset));
  const name = read(offset, length).toString();
  return format === undefined ? { name } : { name, format };
}

/** Each extension has its type and its length before it, and is filled up to eight bytes. */
function formatIn(extensions: Buffer): string | undefined {
  for (let at = 0; at + 8 <= extensions.length; ) {
    const [type, length] = [extensions.readUInt32BE(at), extensions.readUInt32BE(at + 4)];
    if (type === 0) return undefined;
    if (type === FORMAT) return extensions.toString('utf8', at + 8, at + 8 + length);
    at += 8 + Math.ceil(length / 8) * 8;
  }
  return undefined;
}
