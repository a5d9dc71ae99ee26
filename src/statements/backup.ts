import { copyParameters, pauseWhenFull, prepareTarget } from './copy-target.ts';
import { plannedObject } from './datum.ts';
import { refuse, type StatementDefinition } from './define.ts';
import { further, requiredNode, text } from './given.ts';
import { startJob } from './job-steps.ts';

export const backup: StatementDefinition = {
  verb: 'backup',
  summary: 'Copy a disk as it is now, while the guest goes on writing',
  details:
    'The target holds what the disk held when the job started, whenever the job ends. `sync=none` copies only what is about to be overwritten ' +
    'and never ends by itself: start it, and cancel it when the backup has been read.',
  command: 'blockdev-backup',
  parameters: [
    ...copyParameters,
    {
      name: 'sync',
      kind: { is: 'choice', of: ['full', 'top', 'none', 'incremental', 'bitmap'] },
      required: true,
      summary: 'what to copy',
    },
    {
      name: 'bitmap',
      kind: { is: 'bitmap' },
      summary: 'what to copy with `sync=incremental` or `bitmap`: a bitmap of the image to copy',
    },
    {
      name: 'bitmap-mode',
      kind: { is: 'choice', of: ['on-success', 'never', 'always'] },
      summary: 'when a `sync=bitmap` backup clears the bitmap of what it copied',
    },
  ],
  job: 'backup',
  examples: [
    {
      title: 'A full backup to a new file',
      script:
        'chain disk0: A <- B\nbackup B target=E filename=e.qcow2 sync=full\ndel E\nexpect chain disk0: A <- B\n',
    },
  ],
  lower(call) {
    const id = call.jobId('backup');
    const sync = text(call, 'sync');
    if (sync === 'none' && text(call, 'filename') !== undefined) {
      return refuse({
        argument: 'filename',
        code: 'none-needs-backed-target',
        message: 'a `sync=none` backup is read through a target whose backing image is the source',
        help: ['make the target first: create E filename=e.qcow2 size=… backing=<the source>'],
      });
    }
    if ((sync === 'incremental' || sync === 'bitmap') && call.given['bitmap'] === undefined) {
      return refuse({
        argument: 'sync',
        code: 'bitmap-missing',
        message: `\`sync=${sync}\` copies what a bitmap says, and none is named`,
        help: ['name it: bitmap=…', 'or copy everything: sync=full'],
      });
    }
    const target = prepareTarget(call, sync);
    if ('refused' in target) return target;
    const members = { device: requiredNode(call, 'device'), target: requiredNode(call, 'target'), sync };
    const { bitmap, 'bitmap-mode': mode } = call.given;
    return {
      steps: [
        ...target.steps,
        startJob(
          'blockdev-backup',
          id,
          plannedObject({ ...members, bitmap, 'bitmap-mode': mode, ...pauseWhenFull, ...further(call) }),
        ),
      ],
      job: { id, ends: sync === 'none' ? 'never' : 'by-itself' },
      binds: target.binds,
    };
  },
};
