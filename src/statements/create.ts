import { notInSectors } from '../commands/rules/image-size.ts';
import { Later } from '../qapi/placeholder.ts';
import { NodeDatum } from './datum.ts';
import { refuse, type StatementDefinition } from './define.ts';
import { flag, nodeName, number, requiredNode, text } from './given.ts';
import { createImage } from './image-steps.ts';

export const create: StatementDefinition = {
  verb: 'create',
  summary: 'Make an image and open it',
  details: 'An existing file is never overwritten unless `overwrite=on` says so.',
  parameters: [
    { name: 'node', kind: { is: 'new-node' }, required: true, summary: 'the name for the new node' },
    { name: 'filename', kind: { is: 'path' }, required: true, summary: 'the file to make' },
    { name: 'size', kind: { is: 'size' }, required: true, summary: 'the size of the disk that it holds' },
    { name: 'driver', kind: { is: 'choice', of: ['qcow2', 'raw'] }, summary: 'the format, qcow2 by default' },
    { name: 'backing', kind: { is: 'node' }, summary: 'the open image that it lies over' },
    {
      name: 'backing-file',
      kind: { is: 'path' },
      summary: 'the file that it lies over, recorded as written',
    },
    { name: 'backing-fmt', kind: { is: 'string' }, summary: 'the format of that file' },
    { name: 'overwrite', kind: { is: 'boolean' }, summary: 'whether an existing file may be lost' },
  ],
  examples: [
    { title: 'An empty image', script: 'create E filename=e.qcow2 size=64M\ndel E\n' },
    {
      title: 'An image over another',
      script: 'chain disk0: A <- B\ncreate E filename=e.qcow2 size=64M backing=A\nexpect chain A <- E\n',
    },
  ],
  lower(call) {
    const driver = text(call, 'driver') ?? 'qcow2';
    const backing = nodeName(call, 'backing');
    const recordedFile = text(call, 'backing-file');
    const recordedFormat = text(call, 'backing-fmt');
    if (backing !== undefined && recordedFile !== undefined) {
      return refuse({
        argument: 'backing-file',
        code: 'two-backings',
        message: '`backing=` and `backing-file=` both say what the image lies over',
        help: ['keep backing= for an image that QEMU has open, backing-file= for one that it has not'],
      });
    }
    if (recordedFile !== undefined && recordedFormat === undefined) {
      return refuse({
        argument: 'backing-file',
        code: 'backing-format-missing',
        message: 'the format of the backing file is not known, and qblk never lets QEMU guess one',
        help: ['say it: backing-fmt=qcow2, or backing-fmt=raw'],
      });
    }
    if (driver === 'raw' && (backing !== undefined || recordedFile !== undefined)) {
      return refuse({
        argument: backing === undefined ? 'backing-file' : 'backing',
        code: 'raw-has-no-backing',
        message: 'a raw file cannot lie over another image',
        help: ['leave driver=raw out: qcow2 can'],
      });
    }
    const bytes = number(call, 'size');
    const isKnown = typeof bytes === 'number' || typeof bytes === 'bigint';
    const odd = driver !== 'raw' && isKnown ? notInSectors(bytes) : undefined;
    if (odd) return odd;
    const name = requiredNode(call, 'node');
    const filename = text(call, 'filename') ?? new Later('the file name');
    const size = bytes ?? new Later('the size');
    const recorded = recordedFile === undefined ? undefined : { file: recordedFile, format: recordedFormat };
    const seen = {
      ...(typeof filename === 'string' ? { filename } : {}),
      ...(typeof size === 'number' ? { size } : {}),
    };
    const label = typeof name === 'string' ? name : 'node';
    return {
      steps: createImage(call, {
        nodeName: name,
        filename,
        driver,
        size,
        backing,
        recorded,
        overwrite: flag(call, 'overwrite'),
      }),
      binds: [{ name: label, node: new NodeDatum(label, name, seen) }],
    };
  },
};
