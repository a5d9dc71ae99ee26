import { Later } from '../qapi/placeholder.ts';
import type { StatementDefinition } from './define.ts';
import { activeFirst } from './fits.ts';
import { further, number, requiredNode } from './given.ts';
import { execute } from './step.ts';

export const resize: StatementDefinition = {
  verb: 'resize',
  summary: 'Change the size of the disk that an image holds',
  details: 'The guest is told of the new size. Making a disk smaller loses what lies behind the new end.',
  command: 'block_resize',
  parameters: [
    {
      name: 'node',
      kind: { is: 'node' },
      required: true,
      argument: 'node-name',
      fits: activeFirst,
      summary: 'the image',
    },
    { name: 'size', kind: { is: 'size' }, required: true, summary: 'its new size' },
  ],
  examples: [{ title: 'Twice the size', script: 'chain disk0: A <- B\nresize B size=128M\n' }],
  lower(call) {
    const size = number(call, 'size') ?? new Later('the size');
    return {
      steps: [execute('block_resize', { 'node-name': requiredNode(call, 'node'), size, ...further(call) })],
    };
  },
};
