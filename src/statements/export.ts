import { Later } from '../qapi/placeholder.ts';
import { type DatumObject, plannedObject } from './datum.ts';
import type { StatementDefinition } from './define.ts';
import { further, requiredNode, text } from './given.ts';
import { atMostSocket, execute } from './step.ts';

export const exportAdd: StatementDefinition = {
  verb: 'export add',
  summary: 'Serve an image to programs outside of QEMU',
  details:
    'Over NBD it is served by the server that `nbd start` started. Other types take their own arguments: `mountpoint=` for fuse, `addr=` for vhost-user-blk.',
  command: 'block-export-add',
  implied: ({ type }): DatumObject => (type === undefined ? { type: 'nbd' } : {}),
  parameters: [
    {
      name: 'node',
      kind: { is: 'node' },
      required: true,
      argument: 'node-name',
      summary: 'the image to serve',
    },
    { name: 'id', kind: { is: 'string' }, required: true, summary: 'the name for the export within QEMU' },
    {
      name: 'type',
      kind: { is: 'choice', of: ['nbd', 'vhost-user-blk', 'fuse', 'vduse-blk'] },
      summary: 'how to serve it, nbd by default',
    },
    {
      name: 'name',
      kind: { is: 'string' },
      summary: 'what clients ask for, by default the name of the node',
    },
    { name: 'writable', kind: { is: 'boolean' }, summary: 'whether clients can write to it' },
    {
      name: 'bitmaps',
      kind: { is: 'list', of: { is: 'bitmap', elsewhere: true } },
      summary: 'bitmaps that clients can read, which are in use meanwhile',
    },
  ],
  examples: [
    {
      title: 'A disk with what changed in it since the last backup',
      script:
        'chain disk0: A\nbitmap add A name=b0\nbitmap disable A name=b0\nnbd start unix:nbd.sock\nexport add A id=x0 name=disk bitmaps=b0\nexport del x0\nnbd stop\n',
    },
  ],
  lower(call) {
    const members = {
      type: text(call, 'type') ?? 'nbd',
      id: text(call, 'id'),
      'node-name': requiredNode(call, 'node'),
      name: text(call, 'name'),
      writable: call.given['writable'],
      bitmaps: call.given['bitmaps'],
    };
    const added = plannedObject({ ...members, ...further(call) });
    return {
      steps: [...atMostSocket('block-export-add', added, 'addr'), execute('block-export-add', added)],
    };
  },
};

export const exportDel: StatementDefinition = {
  verb: 'export del',
  summary: 'End an export',
  details:
    'One that a client uses is left as it is, unless `mode=hard` says to close its connections. The statement is done once the export is gone.',
  command: 'block-export-del',
  parameters: [
    { name: 'id', kind: { is: 'export' }, required: true, summary: 'the export to end' },
    {
      name: 'mode',
      kind: { is: 'choice', of: ['safe', 'hard'] },
      summary: 'whether to end it although clients use it, safe by default',
    },
  ],
  examples: [
    {
      title: 'Whoever is connected',
      script: 'chain disk0: A\nnbd start unix:nbd.sock\nexport add A id=x0\nexport del x0 mode=hard\n',
    },
  ],
  lower(call) {
    const id = text(call, 'id') ?? new Later('the export');
    const members = { id, mode: text(call, 'mode') };
    return {
      steps: [
        execute('block-export-del', plannedObject({ ...members, ...further(call) })),
        // Its clients are let go of after the reply, and until then it holds its node.
        { kind: 'await-event', event: 'BLOCK_EXPORT_DELETED', where: { id } },
      ],
    };
  },
};
