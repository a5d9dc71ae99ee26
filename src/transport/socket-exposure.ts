import { realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

const WRITE = 0o2;
const SEARCH = 0o1;
const STICKY = 0o1000;

/**
 * Says who beside its owner and root can write to a socket, as its mode bits and those of the folders above it tell; undefined
 * where nobody can, and where there is no socket.
 */
export function socketExposure(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    const socket = statSync(real);
    if (!socket.isSocket()) return undefined;
    const folders = foldersAbove(real).map(folder => statSync(folder));
    const [folder] = folders;
    if (may(socket, 'others', WRITE) && folders.every(above => may(above, 'others', SEARCH)))
      return 'every user of this host can write to this socket, and with it do all that QEMU can: chmod 600 it, or its folder 700';
    if (folder && replaceable(folder))
      return 'others can put a socket of theirs in the place of this one: its folder is writable for them; make it 755 or 700';
    if (may(socket, 'group', WRITE) && folders.every(above => mayMembers(above, socket.gid)))
      return `every member of group ${socket.gid} can write to this socket, and with it do all that QEMU can: chmod 600 it, or its folder 700`;
    return undefined;
  } catch {
    return undefined;
  }
}

function foldersAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [above, ...foldersAbove(above)];
}

function may({ mode }: Stats, who: 'group' | 'others', bit: number): boolean {
  return (mode & (who === 'group' ? bit << 3 : bit)) !== 0;
}

/** Members of a group go through a folder as its group does, where that is theirs, else as anybody does. */
function mayMembers(folder: Stats, group: number): boolean {
  return may(folder, folder.gid === group ? 'group' : 'others', SEARCH);
}

function replaceable(folder: Stats): boolean {
  return may(folder, 'others', WRITE) && (folder.mode & STICKY) === 0;
}
