import { type CommandModel, isRefusal } from './define.ts';
import { checkNewName, findEither, madeUpName } from './find.ts';
import { checkActiveLayer, putOverlay, unattached } from './snapshot.ts';

/** Makes an image file, opens it and puts it on top. The new node is implicit: it goes when nothing uses it. */
export const blockdevSnapshotSync: CommandModel = {
  name: 'blockdev-snapshot-sync',
  reads: ['device', 'node-name'],
  apply(graph, args) {
    const found = findEither(graph, args, 'device', 'node-name');
    if (!found) return graph;
    const { argument, node } = found;
    if (isRefusal(node)) return node;
    const name = args.text('snapshot-node-name');
    const wrong =
      checkActiveLayer(graph, argument, node.name) ??
      checkNewName(graph, 'snapshot-node-name', name, node.name);
    if (wrong) return wrong;
    const filename = args.text('snapshot-file');
    return putOverlay(graph, node, {
      name: name ?? madeUpName(graph, 'overlay'),
      driver: args.text('format') ?? 'qcow2',
      owner: 'implicit',
      readOnly: false,
      ...(filename === undefined ? {} : { filename }),
      ...(node.size === undefined ? {} : { size: node.size }),
      ...(node.filename === undefined ? {} : { backingString: node.filename }),
    });
  },
  hazard(graph, args) {
    const found = findEither(graph, args, 'device', 'node-name');
    return !found || isRefusal(found.node) ? undefined : unattached(graph, found.argument, found.node.name);
  },
};
