import { plannedObject } from './datum.ts';
import type { StatementDefinition } from './define.ts';
import { otherThan, withBitmaps } from './fits.ts';
import { further, requiredNode, text } from './given.ts';
import { execute } from './step.ts';

export const bitmapMerge: StatementDefinition = {
  verb: 'bitmap merge',
  summary: 'Add to a bitmap what others have noted',
  details:
    'The others stay as they are. One of another node is written as QMP has it, `{"node": "A", "name": "b0"}`; the two disks have the same size.',
  command: 'block-dirty-bitmap-merge',
  parameters: [
    {
      name: 'node',
      kind: { is: 'node' },
      required: true,
      fits: withBitmaps,
      summary: 'the image that the target bitmap belongs to',
    },
    { name: 'target', kind: { is: 'bitmap' }, required: true, summary: 'the bitmap that is added to' },
    {
      name: 'bitmaps',
      kind: { is: 'list', of: { is: 'bitmap', elsewhere: true } },
      required: true,
      fits: otherThan('target'),
      summary: 'the bitmaps to add',
    },
  ],
  examples: [
    {
      title: 'Two into a third',
      script:
        'chain disk0: A\nbitmap add A name=b0\nbitmap add A name=b1\nbitmap add A name=b2 disabled=on\nbitmap merge A target=b2 bitmaps=[b0, b1]\n',
    },
    {
      title: 'A bitmap goes with the guest to a new overlay',
      script:
        'chain disk0: A\nbitmap add A name=b0\nsnapshot A overlay=B filename=b.qcow2\nbitmap add B name=b0\nbitmap merge B target=b0 bitmaps=[{"node": "A", "name": "b0"}]\n',
    },
  ],
  lower(call) {
    const members = {
      node: requiredNode(call, 'node'),
      target: text(call, 'target'),
      bitmaps: call.given['bitmaps'],
    };
    return {
      steps: [execute('block-dirty-bitmap-merge', plannedObject({ ...members, ...further(call) }))],
    };
  },
};
