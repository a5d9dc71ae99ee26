import { isObject, parseJson } from '../../qmp/json.ts';

/** The ways to other hosts: what they name is no file of this one. */
const NETWORKS =
  /^(?:nbd|nbd\+tcp|tcp|rdma|vsock|fd|ssh|https?|ftps?|iscsi|iscsi\+ser|rbd|gluster|gluster\+tcp|gluster\+rdma|nfs|sftp|sheepdog|vxhs):/i;
/** Prefixes that a plain path may have. */
const PLAIN = /^(?:file|host_device|host_cdrom|unix):/;

/**
 * The paths on QEMU's own host in a file name as QEMU reads it: a plain path, `json:{…}`, the socket of an NBD server. Undefined
 * where the name has a form that can't be told.
 */
export function pathsInName(name: string): readonly string[] | undefined {
  if (name.startsWith('json:')) return inJson(name.slice('json:'.length));
  const socket =
    /^nbd:unix:(.*?)(?::exportname=.*)?$/s.exec(name) ?? /^[a-z]+\+unix:.*[?&]socket=([^&]*)/is.exec(name);
  if (socket) return [decoded(socket[1] ?? '')];
  if (NETWORKS.test(name) || name === 'defer') return [];
  const path = name.replace(PLAIN, '');
  return path === name && /^[a-z][\w+.-]*:/i.test(name) ? undefined : [path];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function inJson(text: string): readonly string[] | undefined {
  try {
    const found = filesNamed(parseJson(text)).map(({ name }) => pathsInName(name));
    return found.includes(undefined) ? undefined : found.flatMap(paths => paths ?? []);
  } catch {
    return undefined;
  }
}

/** A member of a command's arguments that names a file, with its place in them. */
export interface NamedFile {
  readonly name: string;
  readonly argument: string;
}

/** Members that name a file or a folder of QEMU's host, in whatever command. */
const FILE_KEYS: ReadonlySet<string> = new Set([
  ...['filename', 'snapshot-file', 'backing-file', 'path', 'mountpoint', 'dir', 'config', 'conf', 'mem-path'],
]);
/** Members whose value some commands take for a file's name. */
const FILES_OF: Readonly<Record<string, readonly string[]>> = {
  'drive-mirror': ['target'],
  'drive-backup': ['target'],
  'object-add': ['file'],
  migrate: ['uri'],
  'migrate-incoming': ['uri'],
  'migrate-recover': ['uri'],
};
/** Drivers whose paths are those of another host. */
const REMOTE: ReadonlySet<string> = new Set([
  'ssh',
  'nfs',
  'gluster',
  'http',
  'https',
  'ftp',
  'ftps',
  'iscsi',
  'rbd',
]);

/** Every member of a command's arguments that names a file of QEMU's host, however deep; those of a transaction's actions as well. */
export function filesNamed(args: unknown, command = '', at = ''): NamedFile[] {
  if (Array.isArray(args)) return args.flatMap((item, index) => filesNamed(item, '', `${at}${index}.`));
  if (!isObject(args)) return [];
  const isRemote = typeof args['driver'] === 'string' && REMOTE.has(args['driver']);
  const action = typeof args['type'] === 'string' && isObject(args['data']) ? args['type'] : '';
  return Object.entries(args).flatMap(([key, value]): NamedFile[] => {
    const argument = `${at}${key}`;
    const names = FILE_KEYS.has(key) ? !isRemote || key === 'conf' : FILES_OF[command]?.includes(key);
    if (names && typeof value === 'string') return [{ name: value, argument }];
    return filesNamed(value, key === 'data' ? action : '', `${argument}.`);
  });
}
