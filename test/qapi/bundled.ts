import type { Schema } from '../../src/qapi/schema.ts';
import { loadSnapshot, type Program, snapshotVersions } from '../../src/qapi/snapshots.ts';

/** A bundled schema that must be there. */
export function bundled(version: string, program: Program = 'system'): Schema {
  const schema = loadSnapshot(version, program);
  if (!schema) throw new Error(`no schema of ${program} ${version} is bundled`);
  return schema;
}

/** All of them, with their labels for `test.each`. */
export const everySchema: [label: string, schema: Schema][] = snapshotVersions().flatMap(version =>
  (['system', 'storage-daemon'] as const).map((program): [string, Schema] => {
    const schema = bundled(version, program);
    return [schema.label, schema];
  }),
);
