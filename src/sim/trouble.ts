import { Arguments } from '../commands/define.ts';
import { filesMadeBy } from '../commands/images/files-made.ts';
import { fileKey, isMissing } from '../graph/files.ts';
import type { BlockGraph, BlockJob, NodeName } from '../graph/graph.ts';
import { isObject, type JsonObject } from '../qmp/json.ts';

/** Why a file can't be made or opened at this path, in the words of the system; undefined where its folder is there. */
function folderFault(graph: BlockGraph, filename: string): string | undefined {
  const path = fileKey(filename);
  const folder = path?.slice(0, Math.max(0, path.lastIndexOf('/')));
  // What is at the root of this machine's disks is not known here.
  if (!graph.filesComplete || !folder || folder.startsWith('/')) return undefined;
  const steps = folder.split('/');
  if (steps.some((_, at) => graph.files?.has(steps.slice(0, at + 1).join('/')))) return 'Not a directory';
  const isThere = [...(graph.files?.keys() ?? [])].some(key => key.startsWith(`${folder}/`));
  return isThere ? undefined : 'No such file or directory';
}

/** What QEMU says to a command whose files have no folder to be in. */
export function pathFault(graph: BlockGraph, command: string, args: JsonObject): string | undefined {
  if (command === 'blockdev-add') return openFault(graph, args);
  if (command === 'blockdev-create') return undefined;
  for (const { filename } of filesMadeBy(command, args)) {
    const fault = folderFault(graph, filename);
    if (fault !== undefined) return `Could not create '${filename}': ${fault}`;
  }
  return undefined;
}

function openFault(graph: BlockGraph, definition: JsonObject): string | undefined {
  for (const value of Object.values(definition)) {
    const fault = isObject(value) ? openFault(graph, value) : undefined;
    if (fault !== undefined) return fault;
  }
  const given = new Arguments(definition);
  const filename = given.text('driver') === 'file' ? given.text('filename') : undefined;
  const fault = filename === undefined ? undefined : folderFault(graph, filename);
  return fault === undefined ? undefined : `Could not open '${filename}': ${fault}`;
}

const COMPRESSING: ReadonlySet<string> = new Set(['qcow', 'qcow2', 'vmdk']);

/** What QEMU says to a copy that is to be compressed, and into what can't be. */
export function compressionFault(graph: BlockGraph, command: string, args: JsonObject): string | undefined {
  const given = new Arguments(args);
  const driver = graph.nodes.get(given.text('target') ?? '')?.driver;
  const wanted = command === 'blockdev-backup' && given.flag('compress') === true;
  if (!wanted || driver === undefined || COMPRESSING.has(driver)) return undefined;
  return 'Compression is not supported for this drive';
}

/** Why blockdev-create's job fails; `early` where it does so before the command is answered. */
export function createFault(
  graph: BlockGraph,
  args: JsonObject,
): { readonly error: string; readonly early: boolean } | undefined {
  const options = new Arguments(args['options']);
  const isFile = options.text('driver') === 'file';
  const filename = (isFile ? options : new Arguments(options.value('file'))).text('filename');
  if (filename === undefined) return undefined;
  const missing = !isFile && isMissing(graph, filename) ? 'No such file or directory' : undefined;
  const fault = folderFault(graph, filename) ?? missing;
  if (fault === undefined) return undefined;
  return { error: `Could not ${isFile ? 'create' : 'open'} '${filename}': ${fault}`, early: isFile };
}

/** With which error numbers reads and writes of a node fail. */
export interface Faults {
  readonly read?: number;
  readonly write?: number;
  /** Whether that happens a single time. */
  readonly once?: boolean;
}

/** What the `blkdebug` in a blockdev-add puts into every read or write; empty where there is none. */
export function injectedFaults(definition: JsonObject): Faults {
  let faults: Faults = {};
  for (const value of Object.values(definition)) {
    if (isObject(value)) faults = { ...faults, ...injectedFaults(value) };
  }
  const rules = definition['inject-error'];
  for (const rule of Array.isArray(rules) ? rules : []) {
    const given = new Arguments(rule);
    const errno = given.integer('errno') ?? 5;
    const what = [given.text('event'), given.text('iotype')];
    if (given.flag('once') === true) faults = { ...faults, once: true };
    if (what.includes('write_aio') || what.includes('write')) faults = { ...faults, write: errno };
    if (what.includes('read_aio') || what.includes('read')) faults = { ...faults, read: errno };
  }
  return faults;
}

/** What a job meets that can't read or write, and how it takes it. */
export interface Trouble {
  readonly operation: 'read' | 'write';
  readonly errno: number;
  readonly action: 'report' | 'stop';
  readonly fault: Faults;
}

/** What keeps a job from reading or writing, by the policy that it was started with. */
export function troubleOf(
  graph: BlockGraph,
  faults: ReadonlyMap<NodeName, Faults>,
  job: BlockJob,
  given: Arguments,
): Trouble | undefined {
  if (faults.size === 0) return undefined;
  const { target, device, 'base-node': base } = job.on ?? {};
  const written = job.type === 'stream' ? device : job.type === 'commit' ? base : target;
  const [on, source] =
    target === undefined ? ['on-error', 'on-error'] : ['on-target-error', 'on-source-error'];
  const policies = [
    ['write', written, on],
    ['read', device, source],
  ] as const;
  for (const [operation, node, policy] of policies) {
    const found = node === undefined ? undefined : faultBelow(graph, faults, node, operation);
    const errno = found?.[operation];
    const wanted = given.text(policy) ?? 'report';
    // One that is told to ignore errors tries again for ever, which nobody wants to see simulated.
    if (!found || errno === undefined || wanted === 'ignore') continue;
    const stops = wanted === 'stop' || ((wanted === 'enospc' || wanted === 'auto') && errno === NO_SPACE);
    return { operation, errno, action: stops ? 'stop' : 'report', fault: found };
  }
  return undefined;
}

function faultBelow(
  graph: BlockGraph,
  faults: ReadonlyMap<NodeName, Faults>,
  name: NodeName,
  operation: 'read' | 'write',
  seen = new Set<NodeName>(),
): Faults | undefined {
  const own = faults.get(name);
  const node = graph.nodes.get(name);
  if (own?.[operation] !== undefined || !node || seen.has(name)) return own;
  seen.add(name);
  const below = Object.values(node.children ?? {});
  if (node.backing && (node.filter || operation === 'read')) below.push(node.backing);
  for (const child of below) {
    const found = faultBelow(graph, faults, child, operation, seen);
    if (found?.[operation] !== undefined) return found;
  }
  return undefined;
}

const NO_SPACE = 28;

const MESSAGES: Readonly<Record<number, string>> = {
  1: 'Operation not permitted',
  5: 'Input/output error',
  13: 'Permission denied',
  [NO_SPACE]: 'No space left on device',
  30: 'Read-only file system',
};

/** The system's words for an error number. */
export function errorText(errno: number): string {
  return MESSAGES[errno] ?? `Unknown error ${errno}`;
}

/** What query-block-jobs calls the trouble. */
export function ioStatus(trouble: Trouble | undefined): string {
  return trouble === undefined ? 'ok' : trouble.errno === NO_SPACE ? 'nospace' : 'failed';
}
