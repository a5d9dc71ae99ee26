import type { StatementDefinition } from './define.ts';
import { unused } from './fits.ts';
import { further, requiredNode } from './given.ts';
import { execute } from './step.ts';

export const del: StatementDefinition = {
  verb: 'del',
  summary: 'Close a node that nothing uses',
  details:
    'Its file stays. What lies over it, a job or a device keeps a node from being closed: close a chain from the top.',
  command: 'blockdev-del',
  parameters: [
    {
      name: 'node',
      kind: { is: 'node' },
      required: true,
      argument: 'node-name',
      fits: unused,
      summary: 'the node to close',
    },
  ],
  examples: [{ title: 'Make an image and close it', script: 'create E filename=e.qcow2 size=64M\ndel E\n' }],
  lower(call) {
    return {
      steps: [execute('blockdev-del', { 'node-name': requiredNode(call, 'node'), ...further(call) })],
    };
  },
};
