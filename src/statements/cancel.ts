import { Later } from '../qapi/placeholder.ts';
import type { StatementDefinition } from './define.ts';
import { tellable } from './fits.ts';
import { flag, text } from './given.ts';
import { cancelJob, forJobsIn, letGoOfJob } from './job-steps.ts';

export const cancel: StatementDefinition = {
  verb: 'cancel',
  summary: 'End a started job without moving the guest',
  details:
    "A mirror or an active commit that is ready ends in order: a mirror's target is then a copy as of that moment. " +
    'Before it is ready, or with `force=on`, the job is broken off and its target is of no use.',
  parameters: [
    {
      name: 'job',
      kind: { is: 'job' },
      required: true,
      argument: 'device',
      fits: tellable('cancel'),
      summary: 'the job to end',
    },
    { name: 'force', kind: { is: 'boolean' }, summary: 'whether to break it off even when it is ready' },
  ],
  examples: [
    {
      title: 'A copy as of a moment of your choice',
      script:
        'chain disk0: A <- B\nstart mirror B target=E filename=e.qcow2 sync=full job-id=m0\nwait m0 ready within 10m\ncancel m0\nexpect chain disk0: A <- B\n',
    },
  ],
  lower(call) {
    const job = text(call, 'job') ?? new Later('the job');
    // A job that has ended before the cancel came to it has nothing left to cancel.
    const isOver = typeof job === 'string' && call.graph.jobs.get(job)?.status === 'concluded';
    if (isOver) return { steps: forJobsIn(call.graph, letGoOfJob(job)) };
    const members = flag(call, 'force') ? { force: true } : {};
    return { steps: forJobsIn(call.graph, cancelJob(job, members)) };
  },
};
