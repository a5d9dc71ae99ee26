import type { Later } from '../qapi/placeholder.ts';
import { NodeDatum, plannedObject } from './datum.ts';
import { refuse, type StatementDefinition } from './define.ts';
import { active, freeOver } from './fits.ts';
import { flag, further, lookUp, requiredNode, text } from './given.ts';
import { execute, type Step } from './step.ts';

export const snapshot: StatementDefinition = {
  verb: 'snapshot',
  summary: 'Put a new overlay on a disk, and leave what is there as it is',
  details:
    'The guest writes to the overlay from then on. With `filename=` it is made, as a qcow2 image over the node; without, it is a node that is already open.',
  command: keys => (keys.has('filename') ? 'blockdev-snapshot-sync' : 'blockdev-snapshot'),
  parameters: [
    {
      name: 'node',
      kind: { is: 'node' },
      required: true,
      argument: 'node-name',
      fits: active,
      summary: 'the image to keep: the root of its chain',
    },
    {
      name: 'overlay',
      kind: { is: 'node', madeWith: 'filename' },
      required: true,
      argument: 'snapshot-node-name',
      fits: freeOver('node'),
      summary: 'the node that goes on top; with `filename=` the name for the new one',
    },
    {
      name: 'filename',
      kind: { is: 'path' },
      argument: 'snapshot-file',
      summary: 'a file to make for the overlay',
    },
    { name: 'overwrite', kind: { is: 'boolean' }, summary: 'whether an existing file may be lost' },
  ],
  examples: [
    {
      title: 'A new overlay in a new file',
      script: 'chain disk0: A\nsnapshot A overlay=B filename=b.qcow2\nexpect chain disk0: A <- B\n',
    },
  ],
  lower(call) {
    const node = requiredNode(call, 'node');
    const overlay = requiredNode(call, 'overlay');
    const filename = text(call, 'filename');
    if (filename === undefined) {
      if (call.given['overwrite'] !== undefined) {
        return refuse({
          argument: 'overwrite',
          code: 'needs-filename',
          message: '`overwrite=` is about the file that is made, but no file is made',
          help: ['add filename=… to make a new file, or leave this out'],
        });
      }
      return { steps: [execute('blockdev-snapshot', plannedObject({ node, overlay, ...further(call) }))] };
    }
    const members = {
      'node-name': node,
      'snapshot-file': filename,
      'snapshot-node-name': overlay,
      format: 'qcow2',
      ...further(call),
    };
    const steps: Step[] = flag(call, 'overwrite')
      ? []
      : [
          {
            kind: 'check',
            parameter: 'filename',
            check: { kind: 'file-absent', filename: withoutProtocol(filename) },
          },
        ];
    steps.push(execute('blockdev-snapshot-sync', plannedObject(members)));
    const size = lookUp(call, node)?.size;
    const seen = {
      ...(typeof filename === 'string' ? { filename } : {}),
      ...(size === undefined ? {} : { size }),
    };
    const name = typeof overlay === 'string' ? overlay : 'overlay';
    return { steps, binds: [{ name, node: new NodeDatum(name, overlay, seen) }] };
  },
};

/** blockdev-snapshot-sync reads `file:` before a name as the protocol, blockdev-add as a part of the name. */
function withoutProtocol(filename: string | Later): string | Later {
  return typeof filename === 'string' ? filename.replace(/^file:/, '') : filename;
}
