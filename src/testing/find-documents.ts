import { readdirSync, type Stats, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { UsageError } from '../target/usage-error.ts';

const ENDINGS = new Set(['.md', '.qblk']);

/** The documents that paths name, each once: a file itself, of a folder every .md and .qblk file in it and below, sorted. */
export function findDocuments(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap(path => documentsAt(path)))];
}

function documentsAt(path: string): string[] {
  if (isFolder(path)) {
    const found = documentsBelow(path);
    if (found.length > 0) return found;
    throw new UsageError(`there is no document in ${path}`, ['a document is a .md or a .qblk file']);
  }
  if (ENDINGS.has(extname(path))) {
    if (isFile(path)) return [path];
    throw new UsageError(`cannot read ${path}: it is no regular file`);
  }
  throw new UsageError(`${path} is no document`, [
    'a document is a .md or a .qblk file, or a folder of them',
  ]);
}

function isFolder(path: string): boolean {
  return lookAt(path).isDirectory();
}

/** Whether it can be read at once: nobody may ever write to a pipe. */
function isFile(path: string): boolean {
  return lookAt(path).isFile();
}

function lookAt(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`cannot read ${path}: ${code === 'ENOENT' ? 'there is no such file' : message}`);
  }
}

/** What a folder is known for not to hold documents of the user's own. */
const LEFT_OUT = new Set(['node_modules']);

function documentsBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap(entry => {
      const path = join(folder, entry.name);
      if (entry.name.startsWith('.') || LEFT_OUT.has(entry.name)) return [];
      // A link to a folder is not followed: it may lead back here.
      if (entry.isDirectory()) return documentsBelow(path);
      return ENDINGS.has(extname(entry.name)) && statSync(path, { throwIfNoEntry: false })?.isFile()
        ? [path]
        : [];
    });
}
