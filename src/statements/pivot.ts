import { Later } from '../qapi/placeholder.ts';
import { refuse, type StatementDefinition } from './define.ts';
import { tellable } from './fits.ts';
import { text } from './given.ts';
import { forJobsIn, pivotJob } from './job-steps.ts';

export const pivot: StatementDefinition = {
  verb: 'pivot',
  summary: 'Complete a started job: the guest moves to the other image',
  details: 'It waits until the job is ready, completes it, and waits for its end.',
  parameters: [
    {
      name: 'job',
      kind: { is: 'job' },
      required: true,
      argument: 'id',
      fits: tellable('complete'),
      summary: 'the job to complete',
    },
  ],
  examples: [
    {
      title: 'Start a mirror, look at it, then move the guest',
      script:
        'chain disk0: A <- B\nstart mirror B target=E filename=e.qcow2 sync=full job-id=m0\nwait m0 ready within 10m\npivot m0\nexpect chain disk0: E\n',
    },
  ],
  lower(call) {
    const id = text(call, 'job');
    const job = typeof id === 'string' ? call.graph.jobs.get(id) : undefined;
    if (job && !WAITS_AT_READY.has(job.type))
      return refuse({
        argument: 'job',
        code: 'job-verb',
        message: `the ${job.type} job \`${job.id}\` ends by itself, and no guest moves then.`,
        help: [`wait for its end: \`wait ${job.id}\``],
      });
    return { steps: forJobsIn(call.graph, pivotJob(id ?? new Later('the job'))) };
  },
};

/** The types of jobs that can be at READY; a commit may be, where its top is the active layer. */
const WAITS_AT_READY: ReadonlySet<string> = new Set(['mirror', 'commit']);
