import { fileKey, fileNamed, withFile } from '../graph/files.ts';
import type { BlockGraph, BlockNode, ImageFile, Refusal } from '../graph/graph.ts';
import { type Arguments, type CommandModel, isRefusal } from './define.ts';
import { checkMade, checkThere, newImage, openedImage, withImage } from './images/made-image.ts';
import { checkActiveLayer, cutsOff, putOverlay, unattached } from './images/snapshot.ts';
import { checkNewName, findEither, madeUpName } from './rules/find.ts';
import { perhapsUnfindable, unfindable } from './rules/lost-backing.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { quoted, refuse } from './rules/refusals.ts';

/** Makes an image file, opens it and puts it on top. The new node is implicit: it goes when nothing uses it. */
export const blockdevSnapshotSync: CommandModel = {
  name: 'blockdev-snapshot-sync',
  reads: ['device', 'node-name'],
  apply(graph, args) {
    const found = findEither(graph, args);
    if (!found) return graph;
    const { argument, node } = found;
    if (isRefusal(node)) return node;
    const file = imageOf(graph, args, node);
    const wrong =
      checkActiveLayer(graph, argument, node.name) ??
      checkName(graph, args, node) ??
      (file ? checkFile(graph, args, node, file) : undefined);
    if (wrong) return wrong;
    const format = formatOf(args);
    const overlay: BlockNode = {
      name: args.text('snapshot-node-name') ?? madeUpName(graph, 'overlay'),
      owner: 'implicit',
      // It is opened as the image below it is.
      readOnly: node.readOnly ?? false,
      ...(format === undefined ? {} : { driver: format }),
      ...(file ? { filename: file.filename, ...openedImage(file) } : {}),
    };
    const made = file && !isExisting(args) ? withFile(graph, file) : graph;
    const opened = withImage(made, overlay);
    return putOverlay(opened, node, opened.nodes.get(overlay.name) ?? overlay);
  },
  hazard(graph, args) {
    const found = findEither(graph, args);
    if (!found || isRefusal(found.node)) return undefined;
    const { argument, node } = found;
    return (
      unattached(graph, argument, node.name) ??
      existingTooSmall(graph, args, node) ??
      unfindable(graph, 'snapshot-file', newFile(args), node)
    );
  },
  caution(graph, args) {
    const node = findEither(graph, args)?.node;
    return !node || isRefusal(node)
      ? undefined
      : perhapsUnfindable(graph, 'snapshot-file', newFile(args), node);
  },
};

function existingTooSmall(graph: BlockGraph, args: Arguments, node: BlockNode): Refusal | undefined {
  const file = isExisting(args) ? fileNamed(graph, args.text('snapshot-file')) : undefined;
  return file && cutsOff('snapshot-file', node, { name: file.filename, ...sizeOf(file) });
}

function sizeOf({ size }: ImageFile): { readonly size?: number } {
  return size === undefined ? {} : { size };
}

/** The file that is made, where one is: an existing one has recorded what it lies over. */
function newFile(args: Arguments): string | undefined {
  return isExisting(args) ? undefined : args.text('snapshot-file');
}

function isExisting(args: Arguments): boolean {
  return args.text('mode') === 'existing';
}

function formatOf(args: Arguments): string | undefined {
  return args.has('format') ? args.text('format') : 'qcow2';
}

function imageOf(graph: BlockGraph, args: Arguments, node: BlockNode): ImageFile | undefined {
  const filename = args.text('snapshot-file');
  if (filename === undefined) return undefined;
  return isExisting(args)
    ? { ...fileNamed(graph, filename), filename }
    : newImage(graph, filename, formatOf(args), node.size, node.filter ? undefined : node);
}

function checkName(graph: BlockGraph, args: Arguments, node: BlockNode): Refusal | undefined {
  const name = args.text('snapshot-node-name');
  if (name === undefined && args.text('node-name') !== undefined && !args.has('snapshot-node-name')) {
    const message = 'An overlay on a node that is given by `node-name` needs a name of its own.';
    const refusal = refuse('node-name-missing', 'snapshot-node-name', message, [
      'add snapshot-node-name=NAME',
    ]);
    return saidByQemu(refusal, 'New overlay node-name missing');
  }
  const wrong = checkNewName(graph, 'snapshot-node-name', name, node.name);
  return wrong?.code === 'duplicate-node' ? saidByQemu(wrong, 'New overlay node-name already in use') : wrong;
}

function checkFile(
  graph: BlockGraph,
  args: Arguments,
  node: BlockNode,
  file: ImageFile,
): Refusal | undefined {
  if (isExisting(args)) return checkThere(graph, 'snapshot-file', file.filename);
  if (node.filename !== undefined && fileKey(node.filename) === fileKey(file.filename)) {
    const message = `${quoted(file.filename)} is the file of ${quoted(node.name)} itself.`;
    return saidByQemu(
      refuse('file-locked', 'snapshot-file', message, ['give the overlay a file of its own']),
      node.filename === file.filename
        ? 'Error: Trying to create an image with the same filename as the backing file'
        : 'Failed to get "write" lock',
    );
  }
  return checkMade(graph, 'snapshot-file', file);
}
