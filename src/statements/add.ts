import { NodeDatum, plannedObject } from './datum.ts';
import { refuse, type StatementDefinition } from './define.ts';
import { requiredNode, text } from './given.ts';
import { execute } from './step.ts';

const TAKES_FILENAME = new Set(['file', 'host_device', 'host_cdrom']);

export const add: StatementDefinition = {
  verb: 'add',
  summary: 'Open an image that is there',
  details:
    'The arguments are those of blockdev-add. `filename=` beside a format such as qcow2 opens the file through a protocol node of its own; ' +
    'the driver is never guessed.',
  command: 'blockdev-add',
  parameters: [
    {
      name: 'node',
      kind: { is: 'new-node' },
      required: true,
      argument: 'node-name',
      summary: 'the name for the node',
    },
    {
      name: 'driver',
      kind: { is: 'string' },
      required: true,
      summary: 'the format, such as qcow2 or raw, or the protocol: it is never guessed',
    },
    { name: 'filename', kind: { is: 'path' }, summary: 'the file to open' },
    {
      name: 'backing',
      kind: { is: 'node', orNull: true },
      summary: 'the node that it lies over; `null` for none; without it what the image itself records',
    },
  ],
  examples: [
    {
      title: 'Open an image again over another node',
      script:
        'chain disk0: A <- B\ncreate E filename=e.qcow2 size=64M backing=A\ndel E\nadd E driver=qcow2 filename=e.qcow2 backing=A\nexpect chain A <- E\n',
    },
  ],
  lower(call) {
    const node = requiredNode(call, 'node');
    const filename = text(call, 'filename');
    const driver = text(call, 'driver');
    if (filename !== undefined && call.further['file'] !== undefined) {
      return refuse({
        argument: 'filename',
        code: 'two-files',
        message: '`filename=` and `file` both say which file to open',
        help: ['keep one of them'],
      });
    }
    const direct = typeof driver === 'string' && TAKES_FILENAME.has(driver);
    const file = filename === undefined ? {} : direct ? { filename } : { file: { driver: 'file', filename } };
    const options = { 'node-name': node, driver, ...call.further, ...file, backing: call.given['backing'] };
    const name = typeof node === 'string' ? node : 'node';
    const seen = typeof filename === 'string' ? { filename } : {};
    return {
      steps: [execute('blockdev-add', plannedObject(options))],
      binds: [{ name, node: new NodeDatum(name, node, seen) }],
    };
  },
};
