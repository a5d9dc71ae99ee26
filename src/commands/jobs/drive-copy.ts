import { chainOf } from '../../graph/chain.ts';
import { fileNamed, withFile } from '../../graph/files.ts';
import type { BlockGraph, BlockNode, ImageFile, NodeName, Refusal } from '../../graph/graph.ts';
import { shownName } from '../../graph/shown-name.ts';
import { type Arguments, isRefusal } from '../define.ts';
import { checkMade, checkThere, newImage, openedImage, withImage } from '../images/made-image.ts';
import { type OpenedBacking, openBacking, whileOpeningBacking } from '../images/open-backing.ts';
import { checkLock } from '../rules/file-locks.ts';
import { checkFree, checkNewName, checkRoot, findDeviceNode, madeUpName } from '../rules/find.ts';
import { unfindable } from '../rules/lost-backing.ts';
import { checkMirrorSync } from '../rules/mirror-sync.ts';
import { saidByQemu } from '../rules/qemu-error.ts';
import { sizeMismatch } from '../rules/refusals.ts';
import { checkBackupBitmap, takeBitmap } from './backup-bitmap.ts';
import { checkJobId, jobIdOf, startJob } from './start-job.ts';

type JobType = 'mirror' | 'backup';

/** Starts drive-mirror or drive-backup: the job opens its target itself, which goes when nothing uses it any more. */
export function startDriveCopy(graph: BlockGraph, args: Arguments, type: JobType): BlockGraph | Refusal {
  const source = findDeviceNode(graph, args, 'device');
  if (!source || isRefusal(source)) return source ?? graph;
  const sync = type === 'mirror' ? checkMirrorSync(args) : undefined;
  if (sync) return sync;
  const name = type === 'mirror' ? args.text('node-name') : undefined;
  const image = targetImage(graph, args, type, source);
  const wrong =
    (type === 'mirror' ? checkRoot(graph, 'device', source.name) : checkFree(graph, 'device', source.name)) ??
    checkNewName(graph, 'node-name', name, source.name) ??
    (image ? checkTarget(graph, args, image) : undefined);
  if (wrong) return wrong;
  const made = image && !isExisting(args) ? withFile(graph, image) : graph;
  const opened = openTarget(made, args, type, source, image);
  if (isRefusal(opened)) return opened;
  const wrongJob =
    (type === 'backup' ? checkBackup(graph, args, source, image) : undefined) ?? checkJobId(graph, args);
  if (wrongJob) return wrongJob;
  const target: BlockNode = {
    name: name ?? madeUpName(graph, `target-of-${jobIdOf(graph, args) ?? type}`),
    owner: 'implicit',
    readOnly: false,
    ...(image ? { filename: image.filename, ...openedImage(image) } : {}),
    ...(image?.format === undefined ? {} : { driver: image.format }),
    ...(opened.backing === undefined ? {} : { backing: opened.backing }),
  };
  const taken = type === 'backup' ? takeBitmap(opened.graph, args, source) : opened.graph;
  const on = { device: source.name, target: target.name };
  const backs = type === 'mirror' ? backingAtEnd(args, source) : undefined;
  return startJob(withImage(taken, target), args, type, on, backs === undefined ? {} : { backs });
}

/** Why the target's file would not find what it lies over once it is opened again. */
export function unfindableTarget(graph: BlockGraph, args: Arguments, type: JobType): Refusal | undefined {
  const source = findDeviceNode(graph, args, 'device');
  if (!source || isRefusal(source) || isExisting(args)) return undefined;
  return unfindable(graph, 'target', args.text('target'), recorded(graph, args, type, source) ?? undefined);
}

function isExisting(args: Arguments): boolean {
  return args.text('mode') === 'existing';
}

function targetImage(
  graph: BlockGraph,
  args: Arguments,
  type: JobType,
  source: BlockNode,
): ImageFile | undefined {
  const filename = args.text('target');
  if (filename === undefined) return undefined;
  const format = args.text('format');
  if (!isExisting(args))
    return newImage(
      graph,
      filename,
      format ?? source.driver,
      source.size,
      recorded(graph, args, type, source),
    );
  const file = fileNamed(graph, filename);
  if (format === undefined || format === file?.format) return { ...file, filename };
  return { filename, format };
}

/** The image that a new target records as its backing; null: none, undefined: not known. */
function recorded(
  graph: BlockGraph,
  args: Arguments,
  type: JobType,
  source: BlockNode,
): BlockNode | null | undefined {
  const sync = args.text('sync');
  if (sync === 'none') return source;
  if (sync === 'top') return source.backing === null ? null : graph.nodes.get(source.backing ?? '');
  return sync === 'full' || type === 'backup' ? null : undefined;
}

/** A mirror's target gets the backing that `sync` calls for when it completes; a backup's opens what it records. */
function openTarget(
  graph: BlockGraph,
  args: Arguments,
  type: JobType,
  source: BlockNode,
  image: ImageFile | undefined,
): OpenedBacking | Refusal {
  const sync = args.text('sync');
  if (sync === 'none' && type === 'backup') return { graph, backing: source.name };
  if (type === 'backup') return openAgain(graph, source, sync, image);
  return { graph, backing: null };
}

/** The backing of a backup's target is opened a second time, by its name. */
function openAgain(
  graph: BlockGraph,
  source: BlockNode,
  sync: string | undefined,
  image: ImageFile | undefined,
): OpenedBacking | Refusal {
  const chain = sync === 'top' ? chainOf(graph, source.backing ?? '') : [];
  if (!chain.some(name => shownName(graph, name)?.startsWith('json:')))
    return openBacking(graph, image, 'target');
  for (const [depth, name] of chain.entries()) {
    const filename = graph.nodes.get(name)?.filename;
    let locked = filename === undefined ? undefined : checkLock(graph, filename, false, 'target');
    for (let level = 0; locked && level <= depth; level++) locked = whileOpeningBacking(locked);
    if (locked) return locked;
  }
  return { graph, backing: undefined };
}

function backingAtEnd(args: Arguments, source: BlockNode): NodeName | null | undefined {
  if (isExisting(args)) return undefined;
  const sync = args.text('sync');
  if (sync === 'none') return source.name;
  return sync === 'full' ? null : source.backing;
}

function checkTarget(graph: BlockGraph, args: Arguments, image: ImageFile): Refusal | undefined {
  return isExisting(args) ? checkThere(graph, 'target', image.filename) : checkMade(graph, 'target', image);
}

function checkBackup(
  graph: BlockGraph,
  args: Arguments,
  source: BlockNode,
  image: ImageFile | undefined,
): Refusal | undefined {
  const wrong = checkBackupBitmap(graph, args, source);
  if (wrong || image?.size === undefined || source.size === undefined || image.size === source.size)
    return wrong;
  const target = { name: image.filename, size: image.size };
  return saidByQemu(sizeMismatch(source, target), 'Source and target image have different sizes');
}
