import type { Schema } from '../qapi/schema.ts';
import { loadSnapshot, type Program, snapshotVersions } from '../qapi/snapshots.ts';
import { UsageError } from './exit-code.ts';
import type { Options } from './options.ts';

/** The bundled schema of `--qemu VERSION`, the newest without it. */
export function offlineSchema(options: Options): Schema {
  const schema = loadSnapshot(options.qemu ?? 'newest', programOf(options));
  if (schema) return schema;
  throw new UsageError(`there is no bundled schema for QEMU ${options.qemu}`, [
    `there is ${snapshotVersions().join(', ')}`,
  ]);
}

/** Which of QEMU's programs `--program` names. */
export function programOf({ program = 'system' }: Options): Program {
  if (program === 'system' || program === 'storage-daemon') return program;
  throw new UsageError(`--program is system or storage-daemon, not ${program}`);
}
