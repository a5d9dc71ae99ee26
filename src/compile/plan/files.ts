import { pathsTakenBy } from '../../commands/images/files-made.ts';
import { attachedChains } from '../../graph/attached.ts';
import { allAbove } from '../../graph/chain.ts';
import { nodesOfFile } from '../../graph/file-users.ts';
import { fileNamed } from '../../graph/files.ts';
import type { BlockGraph, BlockNode, NodeName } from '../../graph/graph.ts';
import { Later } from '../../qapi/placeholder.ts';
import type { PlannedJson, PlannedObject } from '../../statements/datum.ts';
import type { Step } from '../../statements/step.ts';
import { filesWrittenByHost } from '../evaluate/outside/host-effects.ts';

/** What becomes of image files. A node stands for its file where the file's name is not known. */
export interface FileEffects {
  readonly creates: readonly PlannedFile[];
  /** Files whose contents are lost, as far as that is sure. */
  readonly overwrites: readonly PlannedFile[];
  /** Files that are made, and lost where they are there already: nothing keeps QEMU from it. */
  readonly mayOverwrite: readonly PlannedFile[];
  /** Files that were in some chain before and are in none any more. */
  readonly unused: readonly PlannedFile[];
}

export interface PlannedFile {
  readonly filename?: string;
  readonly node?: NodeName;
  /** In a summary: the endpoint whose QEMU calls it so, where the script has several. */
  readonly target?: string;
}

/** The files that a plan has made so far. */
export type MadeFiles = Set<string>;

/** What a statement's steps do to files, between the graphs before and after them. Adds to `made` what they make. */
export function fileEffects(
  steps: readonly Step[],
  before: BlockGraph,
  after: BlockGraph,
  made: MadeFiles,
): FileEffects {
  const creates: PlannedFile[] = [];
  const overwrites: PlannedFile[] = [];
  const mayOverwrite: PlannedFile[] = [];
  const absent = new Set<string>();
  const own = new Set<string>();
  for (const step of steps) {
    if (step.kind === 'check' && step.check.kind === 'file-absent') absent.add(String(step.check.filename));
    for (const write of stepWrites(step)) {
      if (write.node !== undefined) {
        const node = after.nodes.get(write.node) ?? before.nodes.get(write.node);
        if (node && !isMade(node, made)) overwrites.push(fileOf(node));
      } else if (write.filename !== undefined) {
        const name = plainName(write.filename);
        // To format what was just made loses nothing.
        if (own.has(name) || (write.over === 'format' && made.has(name))) continue;
        own.add(name);
        if (absent.has(name)) creates.push({ filename: name });
        else if (write.over !== undefined || made.has(name) || isKnown(before, name))
          overwrites.push({ filename: name });
        else mayOverwrite.push({ filename: name });
        made.add(name);
      }
    }
  }
  return { creates, overwrites, mayOverwrite, unused: unusedFiles(before, after) };
}

/** `file:` before a name is the protocol, not a part of the name. */
function plainName(filename: string): string {
  return filename.replace(/^file:/, '');
}

function isMade(node: BlockNode, made: MadeFiles): boolean {
  return node.filename !== undefined && made.has(plainName(node.filename));
}

function isKnown(graph: BlockGraph, filename: string): boolean {
  if (fileNamed(graph, filename)) return true;
  return nodesOfFile(graph, filename).some(node => node.filename === filename);
}

interface Write {
  readonly filename?: string;
  /** The open node whose contents are lost. */
  readonly node?: NodeName;
  /** What is there is written over (`contents`), or made anew inside (`format`); else the file is made. */
  readonly over?: 'contents' | 'format';
}

function stepWrites(step: Step): Write[] {
  if (step.kind === 'host') return filesWrittenByHost(step).map(filename => ({ filename }));
  return step.kind === 'execute' ? writesOf(step.command, step.arguments) : [];
}

/** What a command writes over: files that it makes, or the contents of files and of open nodes. */
function writesOf(command: string, members: PlannedObject): Write[] {
  const made = pathsTakenBy(command, members).map(({ filename }): Write => ({ filename }));
  return [...made, ...overwrittenBy(command, members)];
}

function overwrittenBy(command: string, members: PlannedObject): Write[] {
  const { target, mode, options, actions } = members;
  switch (command) {
    case 'drive-mirror':
    case 'drive-backup':
      return mode === 'existing' && typeof target === 'string'
        ? [{ filename: target, over: 'contents' }]
        : [];
    case 'blockdev-mirror':
    case 'blockdev-backup':
      return typeof target === 'string' ? [{ node: target }] : [];
    case 'blockdev-create':
      return isMembers(options) ? formatted(options['file']) : [];
    case 'transaction':
      return Array.isArray(actions) ? actions.flatMap(overwrittenByAction) : [];
    default:
      return [];
  }
}

function overwrittenByAction(action: PlannedJson): Write[] {
  if (!isMembers(action) || typeof action['type'] !== 'string' || !isMembers(action['data'])) return [];
  return overwrittenBy(action['type'], action['data']);
}

function formatted(file: PlannedJson | undefined): Write[] {
  if (typeof file === 'string') return [{ node: file }];
  return isMembers(file) && typeof file['filename'] === 'string'
    ? [{ filename: file['filename'], over: 'format' }]
    : [];
}

function isMembers(value: PlannedJson | undefined): value is PlannedObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Later);
}

/**
 * The files that a device read before, and that neither a device nor a chain that stood by itself reads after; base first.
 * Where a chain is not known to its end, nothing is said.
 */
function unusedFiles(before: BlockGraph, after: BlockGraph): PlannedFile[] {
  if (before === after) return [];
  const attached = [...attachedChains(after).values()];
  const isLost = !after.complete && after.attachments.length < before.attachments.length;
  // What lies below the lowest node that is known is the same as before where that node is.
  const lowest = new Set([...attachedChains(before).values()].map(({ nodes }) => nodes[0]));
  if (isLost || !attached.every(({ ends, nodes }) => ends || lowest.has(nodes[0]))) return [];
  const used = new Set(attached.flatMap(({ nodes }) => nodes));
  const usedFiles = new Set([...used].map(name => after.nodes.get(name)?.filename));
  const earlier = new Set([...attachedChains(before).values()].flatMap(({ nodes }) => nodes));
  return [...earlier]
    .filter(name => !used.has(name) && !isReadByOthers(after, name, earlier))
    .map(name => fileOf(before.nodes.get(name) ?? { name }))
    .filter(({ filename }) => filename === undefined || !usedFiles.has(filename));
}

/** Whether an image that was in none of these chains lies over a node. What these chains let go of does not count. */
function isReadByOthers(graph: BlockGraph, name: NodeName, earlier: ReadonlySet<NodeName>): boolean {
  return allAbove(graph, name).some(above => !earlier.has(above) && !graph.nodes.get(above)?.filter);
}

function fileOf({ name, filename }: BlockNode): PlannedFile {
  return { node: name, ...(filename === undefined ? {} : { filename }) };
}
