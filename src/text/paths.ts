/** A path without `.`, `..` and doubled slashes. A relative one keeps the `..` that lead above where it begins. */
export function plainPath(path: string): string {
  const isWhole = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !isWhole) parts.push(part);
  }
  return `${isWhole ? '/' : ''}${parts.join('/')}` || '.';
}

/** Whether a whole path lies in one of these whole folders, or is one. Symbolic links are not followed: the path may be another host's. */
export function liesIn(path: string, folders: readonly string[]): boolean {
  const plain = plainPath(path);
  return folders
    .map(plainPath)
    .some(folder => folder === '/' || plain === folder || plain.startsWith(`${folder}/`));
}
