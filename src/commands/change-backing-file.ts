import { beneathFilters } from '../graph/chain.ts';
import { amendNode } from '../graph/change.ts';
import { type CommandModel, isRefusal } from './define.ts';
import { checkRoot, findDeviceNode, findNode } from './find.ts';
import { notInChain } from './refusals.ts';

/** Rewrites the backing file name that an image records; what is open stays as it is. */
export const changeBackingFile: CommandModel = {
  name: 'change-backing-file',
  apply(graph, args) {
    const device = findDeviceNode(graph, args, 'device');
    if (isRefusal(device)) return device;
    const image = findNode(graph, args, 'image-node-name');
    if (isRefusal(image)) return image;
    if (!device || !image) return graph;
    const wrong =
      checkRoot(graph, 'device', device.name) ??
      notInChain(graph, 'image-node-name', image.name, beneathFilters(graph, device.name));
    const backingString = args.text('backing-file');
    return wrong ?? (backingString === undefined ? graph : amendNode(graph, image.name, { backingString }));
  },
};
