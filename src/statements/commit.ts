import { invalidNode } from '../commands/rules/refusals.ts';
import { beneathFilters, rootAbove } from '../graph/chain.ts';
import { Later } from '../qapi/placeholder.ts';
import { plannedObject } from './datum.ts';
import type { StatementDefinition } from './define.ts';
import { below, overAnother } from './fits.ts';
import { further, lookUp, nodeName, requiredNode } from './given.ts';
import { startJob } from './job-steps.ts';

export const commit: StatementDefinition = {
  verb: 'commit',
  summary: 'Merge the images from the top down to the base into the base',
  details:
    'The images above the base, up to the top, hold nothing of use afterwards. Below the active layer the job ends by itself. ' +
    'A commit of the active layer stops once the base has everything: `then pivot` moves the guest to the base, `then cancel` leaves it where it is. Nodes that were added under a name stay open over the base: ' +
    'close them from the top down with `del` before the base gets another overlay.',
  command: 'block-commit',
  parameters: [
    {
      name: 'top',
      kind: { is: 'node' },
      required: true,
      argument: 'top-node',
      fits: overAnother,
      summary: 'the uppermost image to merge',
    },
    {
      name: 'base',
      kind: { is: 'node' },
      argument: 'base-node',
      fits: below('top'),
      summary: 'the image that takes the data; without it the end of the chain',
    },
  ],
  endings: ['pivot', 'cancel'],
  job: 'commit',
  examples: [
    {
      title: 'Two overlays below the active layer into the base',
      script: 'chain disk0: A <- B <- C <- D\ncommit top=C base=A\nexpect chain disk0: A <- D\n',
    },
    {
      title: 'The whole chain, while the guest writes',
      script: 'chain disk0: A <- B <- C <- D\ncommit D base=A then pivot within 10m\nexpect chain disk0: A\n',
    },
  ],
  lower(call) {
    const id = call.jobId('commit');
    const top = requiredNode(call, 'top');
    const root = typeof top === 'string' ? rootAbove(call.graph, top) : undefined;
    const known = lookUp(call, top);
    if (known?.invalid !== undefined) return invalidNode('top', known);
    const shown = top instanceof Later ? top.what : top;
    const device = root ?? new Later(`the root of the chain that ${shown} is in`);
    const members = { device, 'top-node': top, 'base-node': nodeName(call, 'base') };
    const active = root === undefined ? undefined : beneathFilters(call.graph, root);
    return {
      steps: [startJob('block-commit', id, plannedObject({ ...members, ...further(call) }))],
      job: { id, ends: active === undefined ? undefined : active === top ? 'when-told' : 'by-itself' },
    };
  },
};
