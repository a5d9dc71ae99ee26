import { withJob } from '../graph/change.ts';
import type { CommandModel } from './define.ts';
import { checkJobId } from './start-job.ts';

/** Formats an image in a job that is never dismissed by itself; the graph stays as it is. */
export const blockdevCreate: CommandModel = {
  name: 'blockdev-create',
  apply(graph, args) {
    const id = args.text('job-id');
    const wrong = checkJobId(graph, args);
    if (wrong || id === undefined) return wrong ?? graph;
    return withJob(graph, {
      id,
      type: 'create',
      status: 'running',
      autoFinalize: true,
      autoDismiss: false,
      on: {},
    });
  },
};
