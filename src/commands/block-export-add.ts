import { allAbove, usersAbove } from '../graph/chain.ts';
import { amendNode } from '../graph/change.ts';
import type { Attachment, BlockGraph, BlockNode, NodeName, Refusal } from '../graph/graph.ts';
import { type Arguments, type CommandModel, isRefusal } from './define.ts';
import { findServed, takeServed } from './rules/export-bitmaps.ts';
import { findNode } from './rules/find.ts';
import { checkServer } from './rules/nbd-running.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { attachmentText, quoted, refuse } from './rules/refusals.ts';

/** Serves a node to the outside, which attaches it. */
export const blockExportAdd: CommandModel = {
  name: 'block-export-add',
  reads: ['node-name'],
  apply(graph, args) {
    const node = findNode(graph, args, 'node-name');
    if (isRefusal(node)) return node;
    const id = args.text('id');
    if (!node || id === undefined) return graph;
    const type = args.text('type');
    const name = type === 'nbd' ? (args.text('name') ?? node.name) : undefined;
    const wrong =
      checkId(graph, id) ??
      checkWritable(args, node) ??
      (type === 'nbd' ? (checkServer(graph) ?? checkExportName(graph, name)) : undefined);
    if (wrong) return wrong;
    const served = findServed(graph, args, node);
    if (isRefusal(served)) return served;
    const attachment: Attachment = {
      kind: 'export',
      id,
      node: node.name,
      writable: args.flag('writable') ?? false,
      ...(type === undefined ? {} : { exportType: type }),
      ...(name === undefined ? {} : { exportName: name }),
      bitmaps: served,
    };
    const known = takeServed(amendNode(graph, node.name, {}), served);
    return { ...known, attachments: [...known.attachments, attachment] };
  },
  hazard(graph, args) {
    const name = args.text('node-name');
    return name !== undefined && args.flag('writable') ? writtenBelow(graph, name) : undefined;
  },
};

function checkId(graph: BlockGraph, id: string): Refusal | undefined {
  if (!/^[A-Za-z][A-Za-z0-9._-]*$/.test(id)) {
    return saidByQemu(
      refuse('bad-job-id', 'id', `${JSON.stringify(id)} can't be an export's id.`, [
        'an id begins with a letter and holds letters, digits, `-`, `.` and `_`',
      ]),
      'Invalid block export id',
    );
  }
  if (!graph.attachments.some(item => item.kind === 'export' && item.id === id)) return undefined;
  const refusal = refuse('duplicate-export', 'id', `There is already an export ${quoted(id)}.`, [
    'choose an id that no export has',
  ]);
  return saidByQemu(refusal, `Block export id '${id}' is already in use`);
}

function checkWritable(args: Arguments, node: BlockNode): Refusal | undefined {
  if (!args.flag('writable') || node.readOnly !== true) return undefined;
  return saidByQemu(
    refuse(
      'node-in-use',
      'writable',
      `${quoted(node.name)} is read-only, so nobody can write to it through an export.`,
      ['leave `writable` out, or open the node without read-only'],
    ),
    'Cannot export read-only node as writable',
  );
}

/** Clients ask a server for an export by its name. */
function checkExportName(graph: BlockGraph, name: string | undefined): Refusal | undefined {
  if (!graph.attachments.some(item => item.exportType === 'nbd' && item.exportName === name))
    return undefined;
  return saidByQemu(
    refuse('duplicate-export', 'name', `There is already an export named ${quoted(name ?? '')}.`, [
      'give it another `name`',
    ]),
    `NBD server already has export named '${name}'`,
  );
}

/** Why a node should not be written from outside: what somebody uses lies over it, and would change under them. */
function writtenBelow(graph: BlockGraph, name: NodeName): Refusal | undefined {
  for (const over of allAbove(graph, name)) {
    const user = usersAbove(graph, over)[0];
    if (!user || graph.nodes.get(over)?.filter || isFleeced(graph, over)) continue;
    const message = `${quoted(over)} lies over ${quoted(name)}, and ${attachmentText(user)}: what is written to ${quoted(name)} would show up there.`;
    return refuse('written-below', 'writable', message, [
      'leave `writable` out, or put an overlay of its own on the node and export that',
    ]);
  }
  return undefined;
}

/** Whether a running `sync=none` backup keeps the old data in the node, so that writes below it do not show. */
function isFleeced(graph: BlockGraph, name: NodeName): boolean {
  return [...graph.jobs.values()].some(
    job => job.type === 'backup' && job.sync === 'none' && job.on?.['target'] === name,
  );
}
