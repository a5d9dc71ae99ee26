import type { BlockGraph } from '../../graph/graph.ts';
import { hasEnded, isPaused } from '../../graph/job.ts';
import type { PlannedObject } from '../../statements/datum.ts';
import { isPlain } from './predict.ts';

/** Whether a raw command waits for a job, so that `within` can limit it. */
export function waitsForJob(command: string): boolean {
  return command === 'transaction' || JOB_COMMANDS.has(command);
}

/** The commands that start a job or push one on, with the arguments that may name it. */
const JOB_COMMANDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['block-stream', ['job-id', 'device']],
  ['block-commit', ['job-id', 'device']],
  ['blockdev-mirror', ['job-id', 'device']],
  ['drive-mirror', ['job-id', 'device']],
  ['blockdev-backup', ['job-id', 'device']],
  ['drive-backup', ['job-id', 'device']],
  ['blockdev-create', ['job-id']],
  ['snapshot-save', ['job-id']],
  ['snapshot-load', ['job-id']],
  ['snapshot-delete', ['job-id']],
  ['job-complete', ['id']],
  ['job-cancel', ['id']],
  ['job-finalize', ['id']],
  ['block-job-complete', ['device']],
  ['block-job-cancel', ['device']],
  ['block-job-finalize', ['id']],
  ['job-resume', ['id']],
  ['block-job-resume', ['device']],
]);

/**
 * The jobs to wait for once a raw command is carried out: those that come to a rest by it. To be asked before it is sent;
 * `look` is called only where it matters what the job was told before.
 */
export async function jobsToRest(
  command: string,
  members: PlannedObject,
  look: () => Promise<BlockGraph>,
): Promise<readonly string[]> {
  if (command === 'transaction') return jobsBegun(members);
  const id = jobOf(command, members);
  if (id === undefined || isEndless(command, members)) return [];
  const verb = /(complete|finalize|resume)$/.exec(command)?.[0];
  if (verb === undefined) return [id];
  const { jobs } = await look();
  const job = jobs.get(id);
  if (verb === 'finalize') return job?.group === undefined ? [id] : groupOf(jobs, job.group);
  // A paused job takes note of what it is told, and acts once it goes on.
  if (verb === 'complete') return job && isPaused(job) ? [] : [id];
  return job?.ending === undefined ? [] : [id];
}

function groupOf(jobs: BlockGraph['jobs'], group: string): string[] {
  return [...jobs.values()].flatMap(job => (job.group === group && !hasEnded(job.status) ? [job.id] : []));
}

/** The jobs of a transaction. Where one of a group never ends by itself, none does. */
function jobsBegun(members: PlannedObject): string[] {
  const { actions, properties } = members;
  const begun = (Array.isArray(actions) ? actions : []).flatMap(action => {
    if (!isPlain(action) || typeof action['type'] !== 'string') return [];
    const data = isPlain(action['data']) ? action['data'] : {};
    const id = jobOf(action['type'], data);
    return id === undefined ? [] : [{ id, endless: isEndless(action['type'], data) }];
  });
  const isGrouped = isPlain(properties) && properties['completion-mode'] === 'grouped';
  if (isGrouped && begun.some(({ endless }) => endless)) return [];
  return begun.filter(({ endless }) => !endless).map(({ id }) => id);
}

/** Whether a command starts a job that goes on until somebody ends it. */
export function isEndless(command: string, members: PlannedObject): boolean {
  return command.endsWith('-backup') && members['sync'] === 'none';
}

function jobOf(command: string, members: PlannedObject): string | undefined {
  for (const name of JOB_COMMANDS.get(command) ?? []) {
    const id = members[name];
    if (typeof id === 'string') return id;
  }
  return undefined;
}
