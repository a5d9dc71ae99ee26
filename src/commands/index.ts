import { retakeReleased } from '../graph/change.ts';
import { recordFiles } from '../graph/files.ts';
import type { BlockGraph, Refusal } from '../graph/graph.ts';
import { isObject } from '../qmp/json.ts';
import { blockCommit } from './block-commit.ts';
import { blockDirtyBitmapAdd } from './block-dirty-bitmap-add.ts';
import { blockDirtyBitmapClear } from './block-dirty-bitmap-clear.ts';
import { blockDirtyBitmapDisable } from './block-dirty-bitmap-disable.ts';
import { blockDirtyBitmapEnable } from './block-dirty-bitmap-enable.ts';
import { blockDirtyBitmapMerge } from './block-dirty-bitmap-merge.ts';
import { blockDirtyBitmapRemove } from './block-dirty-bitmap-remove.ts';
import { blockExportAdd } from './block-export-add.ts';
import { blockExportDel } from './block-export-del.ts';
import { blockResize } from './block-resize.ts';
import { blockStream } from './block-stream.ts';
import { blockdevAdd } from './blockdev-add.ts';
import { blockdevBackup } from './blockdev-backup.ts';
import { blockdevCreate } from './blockdev-create.ts';
import { blockdevDel } from './blockdev-del.ts';
import { blockdevMirror } from './blockdev-mirror.ts';
import { blockdevReopen, xBlockdevReopen } from './blockdev-reopen.ts';
import { blockdevSnapshot } from './blockdev-snapshot.ts';
import { blockdevSnapshotSync } from './blockdev-snapshot-sync.ts';
import { changeBackingFile } from './change-backing-file.ts';
import { Arguments, type Caution, type CommandModel, isRefusal } from './define.ts';
import { driveBackup } from './drive-backup.ts';
import { driveMirror } from './drive-mirror.ts';
import { takesOpenFile } from './images/files-made.ts';
import { jobControl } from './job-control.ts';
import { nbdServerAdd, nbdServerRemove, nbdServerStart, nbdServerStop } from './nbd-server.ts';
import { checkAccess } from './rules/access.ts';
import { releaseServed } from './rules/export-bitmaps.ts';
import { ignoresErrors } from './rules/ignored-errors.ts';
import { connectsToItself } from './rules/own-server.ts';
import { perhapsLeftOver } from './rules/perhaps-left-over.ts';
import { probedFormat } from './rules/probed-format.ts';
import { invalidNode } from './rules/refusals.ts';
import { disturbsServed } from './rules/served-bitmaps.ts';
import { transaction } from './transaction.ts';

/** Every QMP command that the model knows, by its name. */
export const commandModels: ReadonlyMap<string, CommandModel> = new Map(
  [
    blockCommit,
    blockDirtyBitmapAdd,
    blockDirtyBitmapClear,
    blockDirtyBitmapDisable,
    blockDirtyBitmapEnable,
    blockDirtyBitmapMerge,
    blockDirtyBitmapRemove,
    blockExportAdd,
    blockExportDel,
    blockResize,
    blockStream,
    blockdevAdd,
    blockdevBackup,
    blockdevCreate,
    blockdevDel,
    blockdevMirror,
    blockdevReopen,
    blockdevSnapshot,
    blockdevSnapshotSync,
    changeBackingFile,
    driveBackup,
    driveMirror,
    nbdServerAdd,
    nbdServerRemove,
    nbdServerStart,
    nbdServerStop,
    transaction,
    xBlockdevReopen,
    ...jobControl,
  ].map(model => [model.name, model]),
);

/**
 * The graph after a command, or why not to send it; `unmodelled` for commands whose effect is not known here. Queries change
 * nothing. With `as: 'qemu'` only what QEMU itself refuses is refused; by default also what it accepts and what loses
 * data or comes to nothing. Never throws, whatever the arguments are; a refusal leaves no trace.
 */
export function applyCommand(
  graph: BlockGraph,
  command: string,
  args: unknown,
  { as = 'checker' }: { readonly as?: 'checker' | 'qemu' } = {},
): BlockGraph | Refusal | 'unmodelled' {
  const model = commandModels.get(command);
  if (!model) return isQuery(command) ? graph : 'unmodelled';
  if (!isObject(args)) return outcomeOf(model, graph, args, as);
  const last = lastChecked.get(args);
  if (last?.graph === graph && last.model === model && (as === 'checker' || !isRefusal(last.outcome)))
    return last.outcome;
  const outcome = outcomeOf(model, graph, args, as);
  if (as === 'checker') lastChecked.set(args, { graph, model, outcome });
  return outcome;
}

/** What the checker last found of a command's arguments: guards, plans and runs ask for the same, one after the other. */
const lastChecked = new WeakMap<
  object,
  { readonly graph: BlockGraph; readonly model: CommandModel; readonly outcome: BlockGraph | Refusal }
>();

function outcomeOf(
  model: CommandModel,
  graph: BlockGraph,
  args: unknown,
  as: 'checker' | 'qemu',
): BlockGraph | Refusal {
  const { name: command } = model;
  const read = new Arguments(args);
  const outcome = permitted(graph, model.apply(graph, read), read);
  if (as === 'qemu') return outcome;
  // Whatever else stands against it, nobody should put right a command on contents that are of no use.
  const invalid = readsInvalid(model, graph, read);
  if (invalid || isRefusal(outcome)) return invalid ?? outcome;
  return (
    model.hazard?.(graph, read) ??
    connectsToItself(graph, command, args) ??
    takesOpenFile(graph, command, args) ??
    disturbsServed(graph, outcome, read) ??
    outcome
  );
}

/** What to think of before a command is sent that nothing stands against. */
export function cautionOf(graph: BlockGraph, command: string, args: unknown): Caution | undefined {
  if (command === 'transaction') return cautionInside(graph, args);
  const read = new Arguments(args);
  return (
    commandModels.get(command)?.caution?.(graph, read) ??
    probedFormat(command, read) ??
    perhapsLeftOver(graph, command, read) ??
    ignoresErrors(read)
  );
}

/** The first caution of an action of a transaction, as the graph is before any of them. */
function cautionInside(graph: BlockGraph, args: unknown): Caution | undefined {
  const actions = isObject(args) ? args['actions'] : undefined;
  for (const [at, action] of (Array.isArray(actions) ? actions : []).entries()) {
    if (!isObject(action)) continue;
    const caution = cautionOf(graph, String(action['type']), action['data']);
    if (caution) return { ...caution, argument: `actions.${at}.data.${caution.argument ?? ''}` };
  }
  return undefined;
}

/** Whether all that a command with these arguments does to the graph is known here. */
export function isModelled(command: string, args: unknown): boolean {
  const actions = command === 'transaction' && isObject(args) ? args['actions'] : undefined;
  if (!Array.isArray(actions)) return commandModels.has(command) || isQuery(command);
  return actions.every(action => isObject(action) && commandModels.has(String(action['type'])));
}

function isQuery(command: string): boolean {
  return /^(x-debug-)?query-/.test(command);
}

function permitted(graph: BlockGraph, outcome: BlockGraph | Refusal, args: Arguments): BlockGraph | Refusal {
  if (isRefusal(outcome)) return outcome;
  return (
    checkAccess(graph, outcome, args) ?? recordFiles(graph, retakeReleased(releaseServed(graph, outcome)))
  );
}

function readsInvalid(model: CommandModel, graph: BlockGraph, args: Arguments): Refusal | undefined {
  for (const argument of model.reads ?? []) {
    const node = graph.nodes.get(args.text(argument) ?? '');
    if (node?.invalid !== undefined) return invalidNode(argument, node);
  }
  return undefined;
}
