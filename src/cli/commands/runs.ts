import { forgetEnded, forgetRun, type ListedRun, listRuns } from '../../durable/list-runs.ts';
import { harmless } from '../../text/harmless.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';

/** `qblk runs`: the durable runs there are, a line each, and what can be done about them. */
export async function runs({ forget }: Options, output: Output): Promise<ExitCode> {
  // The ids of runs are longer.
  if (forget === 'done') {
    const ended = await forgetEnded();
    output.say(ended.length === 0 ? 'no run has ended' : `forgotten: ${ended.join(', ')}`);
    return exitCode.done;
  }
  if (forget !== undefined) {
    const left = await forgetRun(forget);
    output.say(`the run ${forget} is forgotten`);
    if (left.jobs.length > 0)
      output.warn(
        `its jobs are still there: ${left.jobs.join(', ')}; see to them: qblk show jobs, cancel JOB, job-dismiss id=JOB`,
      );
    if (left.isMarked)
      output.warn(
        `its journal did not tell where it ran: its mark may still be in a QEMU: object-del id=qblk-run-${forget}`,
      );
    return exitCode.done;
  }
  const all = await listRuns();
  if (output.json) for (const run of all) output.record({ record: 'run', ...run });
  else if (all.length === 0) output.say('no runs');
  else output.result(all.map(lineOf).join('\n'));
  return exitCode.done;
}

function lineOf({ run, state, pid, began, script, steps, addresses, message }: ListedRun): string {
  const words = [
    run.padEnd(6),
    (pid === undefined ? state : `${state}, locked by ${pid}`).padEnd(12),
    (began ?? '').slice(0, 16).replace('T', ' '),
    (state === 'damaged' ? '' : `${steps} ${steps === 1 ? 'step' : 'steps'}`).padStart(8),
    harmless(script ?? ''),
    ...addresses.map(harmless),
    ...(message === undefined ? [] : [harmless(message)]),
  ];
  return words.join('  ').trimEnd();
}
