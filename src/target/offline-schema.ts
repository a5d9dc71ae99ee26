import type { Schema } from '../qapi/schema.ts';
import { loadSnapshot, type Program, snapshotVersions } from '../qapi/snapshots.ts';
import { UsageError } from './usage-error.ts';
import type { Wish } from './wish.ts';

/** The bundled schema of `--qemu VERSION`, the newest without it. */
export function offlineSchema(wish: Wish): Schema {
  const schema = loadSnapshot(wish.qemu ?? 'newest', programOf(wish));
  if (schema) return schema;
  throw new UsageError(`there is no bundled schema for QEMU ${wish.qemu}`, [
    `there is ${snapshotVersions().join(', ')}`,
  ]);
}

/** Which of QEMU's programs `--program` names. */
export function programOf({ program = 'system' }: Wish): Program {
  if (program === 'system' || program === 'storage-daemon') return program;
  throw new UsageError(`--program is system or storage-daemon, not ${program}`);
}
