import { pathsInName } from '../../../commands/images/named-files.ts';
import type { OutOfBounds } from '../../../diagnostics/catalogue/safety.ts';
import { plainPath } from '../../../graph/file-users.ts';

/**
 * Why a file name leads out of these folders, if so. A relative path begins in the folder `from`; `an overlay` stands for that of
 * an image, which it may not lead out of; without either it is not known where it begins.
 */
export function outOfBounds(
  name: string,
  folders: readonly string[],
  from?: string,
): OutOfBounds | undefined {
  const paths = pathsInName(name);
  if (!paths) return 'unknown';
  return paths.map(path => pathOutOfBounds(path, folders, from)).find(why => why !== undefined);
}

/** The same for a name that is nothing but a path, whatever it looks like. */
export function pathOutOfBounds(
  path: string,
  folders: readonly string[],
  from?: string,
): OutOfBounds | undefined {
  if (path.startsWith('/')) return liesIn(path, folders) ? undefined : 'outside';
  if (from === 'an overlay') return plainPath(path).startsWith('..') ? 'outside' : undefined;
  if (from === undefined) return 'relative';
  return liesIn(`${from}/${path}`, folders) ? undefined : 'outside';
}

/** Symbolic links are not followed: the path may be another host's. */
function liesIn(path: string, folders: readonly string[]): boolean {
  const plain = plainPath(path);
  return folders
    .map(folder => plainPath(folder))
    .some(folder => folder === '/' || plain === folder || plain.startsWith(`${folder}/`));
}
