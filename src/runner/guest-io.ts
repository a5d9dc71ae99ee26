import { findDevice } from '../graph/chain.ts';
import type { Attachment, BlockGraph } from '../graph/graph.ts';
import { ExecuteError } from '../qmp/errors.ts';
import { isObject, type Json, type JsonObject } from '../qmp/json.ts';
import type { Session } from '../qmp/session.ts';
import { type Ended, lastWords } from './host-program.ts';
import type { Surroundings } from './surroundings.ts';

/** Says why a guest's read or write failed: qemu-io's own words, a line each. */
export class GuestIoError extends Error {
  readonly said: readonly string[];
  /** Whether QEMU took the write, and what was read back differs. */
  readonly isLost: boolean;

  constructor(said: readonly string[], isLost = false) {
    super(said[0] ?? 'failed');
    this.name = 'GuestIoError';
    this.said = said;
    this.isLost = isLost;
  }
}

/** What is needed to act in the guest's place. */
export interface GuestPlace {
  readonly session: Session;
  readonly graph: BlockGraph;
  readonly surroundings: Surroundings;
  /** Runs qemu-io. */
  run(words: readonly string[]): Promise<Ended>;
}

/** The id of the export that is there for a moment; events about it are nobody's. */
const MOMENTARY_EXPORT = 'qblk-io';
const SOCKET = 'qblk-io.sock';

/**
 * Reads or writes a disk as its guest would, by one command of qemu-io's. What QEMU shows for it is gone afterwards: an
 * export, and an NBD server where none ran. Answers with what there is to see, which is nothing but for `read -v`. Throws a
 * GuestIoError.
 */
export async function guestIo(disk: string, command: string, place: GuestPlace): Promise<string> {
  const [verb = '', ...words] = command.trim().split(/\s+/);
  const user = userOf(disk, place.graph);
  const node = user?.node ?? disk;
  // QEMU's own names begin with #block. Another was made up for a filter, where a QEMU can't be asked beside a job; a backup's
  // or a stream's changes nothing that is read.
  const readable = /^#(?!block)/.test(node) ? belowFilters(node, place.graph) : node;
  if (verb === 'read') return read(readable, words, place);
  if (user?.kind === 'device' || user?.kind === 'backend') {
    await writeAsDevice(user, command, place);
    const check = readingBack(verb, words);
    if (check) await read(readable, check, place, true);
    return '';
  }
  const writable = user?.kind === 'export' ? await exportedNode(user, place.session) : node;
  await throughExport(writable, quiet(verb, words), true, place);
  return '';
}

/** Who has the disk: a device or an export by its name, or by its node; what is in a chain by itself has nobody. */
function userOf(disk: string, graph: BlockGraph): Attachment | undefined {
  if (!graph.nodes.has(disk)) return findDevice(graph, disk);
  const users = graph.attachments.filter(({ node }) => node === disk || isFiltered(node, disk, graph));
  return users.find(({ kind, path }) => kind === 'device' && path !== undefined) ?? users[0];
}

function isFiltered(top: string, node: string, graph: BlockGraph): boolean {
  return belowFilters(top, graph) === node;
}

function belowFilters(top: string, graph: BlockGraph): string {
  const seen = new Set<string>();
  let at = top;
  for (
    let node = graph.nodes.get(at);
    node?.filter && node.backing && !seen.has(at);
    node = graph.nodes.get(at)
  ) {
    seen.add(at);
    at = node.backing;
  }
  return at;
}

/** The node that an export serves, by QEMU's own word. */
async function exportedNode({ id, node }: Attachment, session: Session): Promise<string> {
  const exports = await execute(session, 'query-block-exports', {});
  const found = Array.isArray(exports)
    ? exports.find(item => isObject(item) && item['id'] === id)
    : undefined;
  return isObject(found) && typeof found['node-name'] === 'string' ? found['node-name'] : node;
}

function quiet(verb: string, words: readonly string[]): string {
  const isShown = verb === 'read' && words.some(word => /^-\w*v/.test(word));
  return [verb, ...(isShown || verb === 'flush' ? [] : ['-q']), ...words].join(' ');
}

/** What a read shows with `-v`, without the time that it took. */
async function read(
  node: string,
  words: readonly string[],
  place: GuestPlace,
  isBack = false,
): Promise<string> {
  const text = quiet('read', words);
  try {
    const printed = await throughExport(node, text, false, place);
    return printed.split('\n').slice(0, -3).join('\n');
  } catch (error) {
    if (!isBack || !(error instanceof GuestIoError)) throw error;
    // Where not even a read is possible, the write was not either.
    throw new GuestIoError(error.said, /Pattern verification failed/.test(error.said.join('\n')));
  }
}

/** The read that shows whether a write is there; a discard's is only about its range, and a flush has none. */
function readingBack(verb: string, words: readonly string[]): string[] | undefined {
  if (verb === 'flush') return undefined;
  const range = words.slice(-2);
  if (verb === 'discard') return range;
  const at = words.findIndex(word => /^-\w*P$/.test(word));
  const glued = words.find(word => /^-\w*P./.test(word));
  const isZero = words.some(word => /^-\w*z/.test(word));
  const byte = isZero ? '0' : at >= 0 ? words[at + 1] : (glued?.replace(/^-\w*?P/, '') ?? '0xcd');
  return ['-P', byte ?? '', ...range];
}

/** A guest's device lets nobody else write to its node, so the write goes through the device itself. */
async function writeAsDevice(
  { id, path }: Attachment,
  command: string,
  { session }: GuestPlace,
): Promise<void> {
  const line = `qemu-io ${path === undefined ? id : `-d ${path}`} "${command}"`;
  const reply = await execute(session, 'human-monitor-command', { 'command-line': line });
  // What fails beyond this point is only printed by QEMU, into its own output.
  if (typeof reply === 'string' && reply.trim() !== '') throw new GuestIoError([reply.trim()]);
}

async function throughExport(
  node: string,
  command: string,
  writable: boolean,
  place: GuestPlace,
): Promise<string> {
  const { session, surroundings } = place;
  const own = { type: 'unix', data: { path: SOCKET } };
  const isOurs = await startServer(session, own);
  const address = isOurs ? own : surroundings.nbdAddress;
  try {
    const uri = nbdUri(address);
    if (uri === undefined)
      throw new GuestIoError(['an NBD server runs that this script has not started: stop it first']);
    const id = MOMENTARY_EXPORT;
    await execute(session, 'block-export-add', { type: 'nbd', id, name: id, 'node-name': node, writable });
    try {
      const access = writable ? [] : ['-r'];
      const ended = await place.run([...access, '-f', 'raw', '-c', command, uri]);
      if (ended.status !== 0) throw new GuestIoError(lastWords(ended));
      return ended.stdout;
    } finally {
      await removeExport(session);
    }
  } finally {
    if (isOurs) await session.execute('nbd-server-stop');
  }
}

/** Whether it was started now; false where one runs already. */
async function startServer(session: Session, addr: JsonObject): Promise<boolean> {
  try {
    await session.execute('nbd-server-start', { addr });
    return true;
  } catch (error) {
    if (error instanceof ExecuteError && /already running/i.test(error.description)) return false;
    throw asGuestIoError(error);
  }
}

/** An export goes a moment after its last client has, and only then is its name free. */
async function removeExport(session: Session): Promise<void> {
  const gone = new Promise<void>(resolve => {
    const stop = session.onEvent(({ event, data }) => {
      if (event !== 'BLOCK_EXPORT_DELETED' || !isAboutUs(data)) return;
      stop();
      resolve();
    });
  });
  await session.execute('block-export-del', { id: MOMENTARY_EXPORT, mode: 'hard' });
  await Promise.race([gone, session.closed]);
}

/** Whether an event tells of the export that `io` makes for a moment, which no script has to know. */
export function isAboutUs(data: Json): boolean {
  return typeof data === 'object' && data !== null && 'id' in data && data['id'] === MOMENTARY_EXPORT;
}

async function execute(session: Session, command: string, members: JsonObject): Promise<Json> {
  try {
    return await session.execute(command, members);
  } catch (error) {
    throw asGuestIoError(error);
  }
}

function asGuestIoError(error: unknown): unknown {
  return error instanceof ExecuteError ? new GuestIoError([error.description]) : error;
}

/** Where qemu-io finds the export, from the address of a server in QMP's words, old ones or new ones. */
function nbdUri(address: unknown): string | undefined {
  if (typeof address !== 'object' || address === null) return undefined;
  const { type, data } = address as {
    type?: unknown;
    data?: { path?: unknown; host?: unknown; port?: unknown };
  };
  const name = MOMENTARY_EXPORT;
  if (type === 'unix') return `nbd+unix:///${name}?socket=${encodeURIComponent(String(data?.path))}`;
  if (type !== 'inet') return undefined;
  const host = ['0.0.0.0', '::', ''].includes(String(data?.host)) ? 'localhost' : String(data?.host);
  return `nbd://${host.includes(':') ? `[${host}]` : host}:${data?.port}/${name}`;
}
