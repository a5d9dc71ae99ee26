import { isRemote } from '../commands/rules/pivot-hazards.ts';
import { copyParameters, pauseWhenFull, prepareTarget } from './copy-target.ts';
import { plannedObject } from './datum.ts';
import { refuse, type StatementDefinition } from './define.ts';
import { further, lookUp, requiredNode, text } from './given.ts';
import { startJob } from './job-steps.ts';

export const mirror: StatementDefinition = {
  verb: 'mirror',
  summary: 'Copy a disk to another image and keep the two in step',
  details:
    'Once both are the same the job stops at READY and goes on copying what the guest writes. `then pivot` moves the guest to the target; ' +
    '`then cancel` leaves it, and the target is a copy as of that moment. With `sync=top` only the uppermost image is copied, with `sync=none` only what is written from now on.',
  command: 'blockdev-mirror',
  parameters: [
    ...copyParameters,
    {
      name: 'sync',
      kind: { is: 'choice', of: ['full', 'top', 'none'] },
      required: true,
      summary: 'what to copy',
    },
  ],
  endings: ['pivot', 'cancel'],
  job: 'mirror',
  examples: [
    {
      title: 'Move a disk to another file',
      script:
        'chain disk0: A <- B\nmirror B target=E filename=e.qcow2 sync=full then pivot within 1h\nexpect chain disk0: E\n',
    },
    {
      title: 'A copy as of the moment it is ready',
      script:
        'chain disk0: A <- B\nmirror B target=E filename=e.qcow2 sync=full then cancel\nexpect chain disk0: A <- B\n',
    },
  ],
  lower(call) {
    const id = call.jobId('mirror');
    const sync = text(call, 'sync');
    const target = prepareTarget(call, sync);
    if ('refused' in target) return target;
    if (sync === 'top' && call.ending === 'pivot' && target.steps.length === 0) {
      const node = lookUp(call, requiredNode(call, 'target'));
      const source = lookUp(call, requiredNode(call, 'device'));
      if (node?.backing === null && source?.backing && !isRemote(call.graph, node)) {
        return refuse({
          argument: 'target',
          code: 'target-without-backing',
          message: `\`${node.name}\` has no backing image, so after the pivot the guest would lose all that lies below \`${source.name}\``,
          help: [
            `open the target over the source's backing image: add ${node.name} … backing=${source.backing}`,
          ],
        });
      }
    }
    if (sync === 'none' && call.ending === 'pivot') {
      return refuse({
        argument: 'sync',
        code: 'pivot-to-partial-copy',
        message:
          'with `sync=none` the target holds only what is written from now on, so a pivot to it loses the rest',
        help: ['copy everything first: sync=full', 'or end it without moving the guest: then cancel'],
      });
    }
    const members = { device: requiredNode(call, 'device'), target: requiredNode(call, 'target'), sync };
    return {
      steps: [
        ...target.steps,
        startJob('blockdev-mirror', id, plannedObject({ ...members, ...pauseWhenFull, ...further(call) })),
      ],
      job: { id, ends: 'when-told' },
      binds: target.binds,
    };
  },
};
