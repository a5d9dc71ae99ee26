import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SchemaInfo } from '../qapi/introspection.ts';
import { makeSchema, type Schema } from '../qapi/schema.ts';
import { ExecuteError } from '../qmp/errors.ts';
import type { Session } from '../qmp/session.ts';
import { digest } from '../text/digest.ts';

/**
 * What the connected QEMU says of itself. The answer is large, so it is kept in the user's cache, by the build and by
 * the commands it has: builds of one version differ. Where it is to be `asked` that is not looked at.
 */
export async function liveSchema(
  session: Session,
  how: 'asked' | 'kept' = 'kept',
): Promise<Schema | undefined> {
  const { major, minor, micro } = session.greeting.version;
  const commands = await session.execute('query-commands').catch(ignoreRefusal);
  const file = cacheFile(JSON.stringify([session.greeting.version, session.greeting.package, commands]));
  const known = how === 'kept' ? schemas.get(file) : undefined;
  if (known) return known;
  const kept = (how === 'kept' ? readCache(file) : undefined) ?? (await askedOf(session, file));
  if (!kept) return undefined;
  // A storage daemon has no guest whose status could be asked for.
  const isWhole = kept.some(({ name, 'meta-type': kind }) => kind === 'command' && name === 'query-status');
  const program = isWhole ? 'QEMU' : 'qemu-storage-daemon';
  const schema = makeSchema(kept, `${program} ${major}.${minor}.${micro}`);
  schemas.set(file, schema);
  return schema;
}

/** By the cache's file: a program that opens many QEMUs reads each build's answer once. */
const schemas = new Map<string, Schema>();

async function askedOf(session: Session, file: string): Promise<SchemaInfo[] | undefined> {
  const reply = await session.execute('query-qmp-schema').catch(ignoreRefusal);
  if (!Array.isArray(reply)) return undefined;
  writeCache(file, JSON.stringify(reply));
  return reply as unknown as SchemaInfo[];
}

function ignoreRefusal(error: unknown): null {
  if (error instanceof ExecuteError) return null;
  throw error;
}

function cacheFile(key: string): string {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'qblk', 'schema', `${digest(key)}.json`);
}

function readCache(file: string): SchemaInfo[] | undefined {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(kept) ? (kept as SchemaInfo[]) : undefined;
  } catch {
    return undefined;
  }
}

/** A cache that can't be written costs time, nothing else. */
function writeCache(file: string, text: string): void {
  try {
    mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
    const own = `${file}.${process.pid}`;
    writeFileSync(own, text, { mode: 0o600 });
    renameSync(own, file);
  } catch {}
}
