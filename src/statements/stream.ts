import { plannedObject } from './datum.ts';
import type { StatementDefinition } from './define.ts';
import { below, overAnother } from './fits.ts';
import { further, nodeName, requiredNode } from './given.ts';
import { startJob } from './job-steps.ts';

export const stream: StatementDefinition = {
  verb: 'stream',
  summary: 'Copy the data of the images below a node up into it',
  details:
    'Afterwards the node is backed by the base, or by nothing when no base is given. The images between leave the chain and stay valid.',
  command: 'block-stream',
  parameters: [
    {
      name: 'device',
      kind: { is: 'node' },
      required: true,
      fits: overAnother,
      summary: 'the image that takes the data',
    },
    {
      name: 'base',
      kind: { is: 'node' },
      argument: 'base-node',
      fits: below('device'),
      summary: 'the image to keep below it; without it none is kept',
    },
    {
      name: 'bottom',
      kind: { is: 'node' },
      fits: below('device'),
      summary: 'the lowest image to copy from, instead of a base',
    },
  ],
  job: 'stream',
  examples: [
    {
      title: 'Everything above A into D',
      script: 'chain disk0: A <- B <- C <- D\nstream D base=A\nexpect chain disk0: A <- D\n',
    },
    {
      title: 'Flatten a disk',
      script: 'chain disk0: A <- B <- C\nstream C speed=50M\nexpect chain disk0: C\n',
    },
  ],
  lower(call) {
    const id = call.jobId('stream');
    const members = {
      device: requiredNode(call, 'device'),
      'base-node': nodeName(call, 'base'),
      bottom: nodeName(call, 'bottom'),
    };
    return {
      steps: [startJob('block-stream', id, plannedObject({ ...members, ...further(call) }))],
      job: { id, ends: 'by-itself' },
    };
  },
};
