import { amendNode } from '../graph/change.ts';
import type { Attachment } from '../graph/graph.ts';
import { type CommandModel, isRefusal } from './define.ts';
import { findNode } from './find.ts';
import { quoted, refuse } from './refusals.ts';

/** Serves a node to the outside, which attaches it. */
export const blockExportAdd: CommandModel = {
  name: 'block-export-add',
  reads: ['node-name'],
  apply(graph, args) {
    const node = findNode(graph, args, 'node-name');
    if (isRefusal(node)) return node;
    const id = args.text('id');
    if (!node || id === undefined) return graph;
    if (graph.attachments.some(item => item.kind === 'export' && item.id === id)) {
      return refuse('duplicate-export', 'id', `There is already an export ${quoted(id)}.`, [
        'choose an id that no export has',
      ]);
    }
    const type = args.text('type');
    const attachment: Attachment = {
      kind: 'export',
      id,
      node: node.name,
      writable: args.flag('writable') ?? false,
      ...(type === undefined ? {} : { exportType: type }),
    };
    const known = amendNode(graph, node.name, {});
    return { ...known, attachments: [...known.attachments, attachment] };
  },
};
