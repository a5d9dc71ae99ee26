import { isObject, type Json, type JsonObject, parseJson } from '../../qmp/json.ts';

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
  const socket = /^nbd:unix:(.*?)(?::exportname=.*)?$/s.exec(name)?.[1];
  if (socket !== undefined) return [socket];
  const inQuery = /^[a-z]+\+unix:.*[?&]socket=([^&]*)/is.exec(name)?.[1];
  if (inQuery !== undefined) return [decoded(inQuery)];
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
    const options = nested(parseJson(text));
    if (!options) return undefined;
    const found = filesNamed(options).map(({ name, as }) => (as === 'path' ? [name] : pathsInName(name)));
    return found.includes(undefined) ? undefined : found.flatMap(paths => paths ?? []);
  } catch {
    return undefined;
  }
}

/** Options as QEMU reads them: `file.filename` is the member of a member. Undefined where one has two values. */
function nested(options: Json): JsonObject | undefined {
  const whole: Members = new Map();
  for (const [path, value] of leavesOf(options)) {
    let at = whole;
    for (const key of path.slice(0, -1)) {
      const inner = at.get(key) ?? new Map();
      if (!(inner instanceof Map)) return undefined;
      at.set(key, inner);
      at = inner;
    }
    const last = path.at(-1) ?? '';
    if (at.has(last)) return undefined;
    at.set(last, value);
  }
  return asObject(whole);
}

type Members = Map<string, Members | Json>;

function asObject(members: Members): JsonObject {
  const entries = [...members].map(([key, value]) => [key, value instanceof Map ? asObject(value) : value]);
  return Object.fromEntries(entries) as JsonObject;
}

function leavesOf(value: Json, path: readonly string[] = []): (readonly [readonly string[], Json])[] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...path, ...key.split('.')]));
}

/** A member of a command's arguments that names a file, with its place in them. */
export interface NamedFile {
  readonly name: string;
  readonly argument: string;
  /** A path to its last character, where what looks like a protocol is none; or words of which nobody can tell what they name. */
  readonly as?: 'path' | 'untold';
}

/** Members that name a file or a folder of QEMU's host, in whatever command. */
const FILE_KEYS: ReadonlySet<string> = new Set([
  ...['filename', 'snapshot-file', 'backing-file', 'path', 'mountpoint', 'dir', 'config', 'conf', 'mem-path'],
  ...['logfile', 'script', 'downscript', 'helper', 'tftp', 'smb', 'vhostdev', 'sysfsdev', 'romfile', 'evdev'],
  ...['dh-cert-file', 'session-file', 'sev-device'],
]);
/** Members whose value some commands take for a file's name, however deep they are. */
const FILES_OF: Readonly<Record<string, readonly string[]>> = {
  'chardev-add': ['in', 'out', 'device'],
  'chardev-change': ['in', 'out', 'device'],
  'drive-mirror': ['target'],
  'drive-backup': ['target'],
  'dump-guest-memory': ['protocol'],
  migrate: ['uri'],
  'migrate-incoming': ['uri'],
  'migrate-recover': ['uri'],
  'object-add': ['file'],
};
/** Commands whose `path` is a place among QEMU's objects. */
const OF_OBJECTS = /^(?:qom-|cxl-|(?:x-)?query-)/;
/** Members in which QEMU looks for a protocol before a path. All others are opened as they are. */
const WITH_PROTOCOL: ReadonlySet<string> = new Set([
  ...['snapshot-file', 'backing-file', 'target', 'uri', 'protocol'],
]);
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
/** Members of a remote driver that name files of this host all the same. */
const LOCAL: ReadonlySet<string> = new Set(['conf', 'logfile']);

/** Every member of a command's arguments that names a file of QEMU's host, however deep; those of a transaction's actions as well. */
export function filesNamed(args: unknown, command = '', at = '', above = ''): NamedFile[] {
  if (Array.isArray(args)) return args.flatMap((item, index) => filesNamed(item, command, `${at}${index}.`));
  if (!isObject(args)) return [];
  // `location` of an image to be made on another host has the paths, the driver stands beside it.
  const driver = typeof args['driver'] === 'string' ? args['driver'] : above;
  const isRemote = REMOTE.has(driver);
  const action = command === 'transaction' && typeof args['type'] === 'string' ? args['type'] : command;
  const untold = untoldFiles(args, command, at);
  if (untold) return [untold];
  return Object.entries(args).flatMap(([key, value]): NamedFile[] => {
    const argument = `${at}${key}`;
    const isFile = FILE_KEYS.has(key) && (isRemote ? LOCAL.has(key) : !isNoFile(key, value, args, command));
    if (!(isFile || FILES_OF[command]?.includes(key)) || typeof value !== 'string')
      return filesNamed(value, action, `${argument}.`, key === 'location' ? driver : '');
    const mayHaveProtocol = WITH_PROTOCOL.has(key) || command === 'blockdev-change-medium';
    return [mayHaveProtocol ? { name: value, argument } : { name: value, argument, as: 'path' }];
  });
}

/** A place among QEMU's objects, a socket that has its name from no file system, the word for no script at all. */
function isNoFile(key: string, value: Json | undefined, args: JsonObject, command: string): boolean {
  if (key === 'path') return OF_OBJECTS.test(command) || args['abstract'] === true;
  return command === 'netdev_add' && key.endsWith('script') && value === 'no';
}

/** A program that a migration runs may do anything with any file, and so may most of what the other monitor takes. */
function untoldFiles(args: JsonObject, command: string, at: string): NamedFile | undefined {
  const { 'command-line': line, transport, args: words } = args;
  if (command === 'human-monitor-command' && typeof line === 'string' && !WITHOUT_FILES.test(line))
    return { name: line, argument: 'command-line', as: 'untold' };
  if (transport !== 'exec') return undefined;
  const program = Array.isArray(words) ? words.map(String).join(' ') : '';
  return { name: program, argument: `${at}transport`, as: 'untold' };
}

/** Lines of the other monitor that open no file. */
const WITHOUT_FILES =
  /^\s*(?:info|help|\?|p|print|x|xp|stop|s|cont|c|qom-list|qom-get|system_\w+|sendkey|mouse_\w+|device_del|drive_del|set_link|sum)(?:\s|\/|$)/;
