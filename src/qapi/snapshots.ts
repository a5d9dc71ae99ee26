import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import type { SchemaInfo } from './introspection.ts';
import { makeSchema, type Schema } from './schema.ts';

export type Program = 'system' | 'storage-daemon';

interface Archive {
  readonly index: readonly { readonly version: string; readonly program: Program }[];
  readonly text: Buffer;
  readonly schemas: Map<string, Schema>;
}

const archives = new Map<string, Archive>();

// The build puts the data file at this place beside whatever holds this module, and gives the bundle an import.meta.url.
const defaultFile = () => new URL('./snapshots/qapi.br', import.meta.url);

/** The QEMU versions whose schemas come with qblk, newest first. Throws when the data file cannot be read. */
export function snapshotVersions(file = defaultFile()): readonly string[] {
  return [...new Set(open(file).index.map(entry => entry.version))];
}

/**
 * The bundled schema of a version: `7.2.22`, `7.2` or `7` (the newest of these), `newest`. Undefined when there is
 * none. Every call for one version gives the same schema, so what was learned from it is kept.
 */
export function loadSnapshot(version: string, program: Program, file = defaultFile()): Schema | undefined {
  const archive = open(file);
  const at = entryOf(archive, version, program);
  const entry = archive.index[at];
  if (!entry) return undefined;
  const label = `${program === 'system' ? 'QEMU' : 'qemu-storage-daemon'} ${entry.version}`;
  const known = archive.schemas.get(label);
  if (known) return known;
  const schema = makeSchema(JSON.parse(lineAt(archive.text, at + 1)) as SchemaInfo[], label);
  archive.schemas.set(label, schema);
  return schema;
}

/** The same as QEMU's whole reply to query-qmp-schema. */
export function loadIntrospection(
  version: string,
  program: Program,
  file = defaultFile(),
): readonly SchemaInfo[] | undefined {
  const archive = open(file);
  const at = entryOf(archive, version, program);
  return at < 0 ? undefined : (JSON.parse(lineAt(archive.text, at + 1)) as SchemaInfo[]);
}

function entryOf({ index }: Archive, version: string, program: Program): number {
  return index.findIndex(
    entry =>
      entry.program === program && (version === 'newest' || `${entry.version}.`.startsWith(`${version}.`)),
  );
}

function open(file: URL): Archive {
  const known = archives.get(file.href);
  if (known) return known;
  const text = brotliDecompressSync(readFileSync(file));
  const archive = { index: JSON.parse(lineAt(text, 0)) as Archive['index'], text, schemas: new Map() };
  archives.set(file.href, archive);
  return archive;
}

function lineAt(text: Buffer, line: number): string {
  let start = 0;
  for (let skipped = 0; skipped < line; skipped++) start = text.indexOf(10, start) + 1;
  const end = text.indexOf(10, start);
  return text.toString('utf8', start, end === -1 ? text.length : end);
}
