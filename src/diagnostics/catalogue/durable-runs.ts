import { errorWithoutPlace, type Finding } from '../diagnostic.ts';

const BY_HAND = 'see by hand how far the run came: qblk show chain, qblk show jobs';

/** Another run has its mark in a QEMU. */
export interface HoldingRun {
  readonly run: string;
  readonly address: string;
  /** The process that carries it out now. */
  readonly pid?: number | undefined;
  /** Whether its journal is here. */
  readonly isKnown: boolean;
  /** Why nobody can go on with it, where its journal says so. */
  readonly stuck?: Finding | undefined;
}

/** A durable run would begin on a QEMU that another one is on. */
export function qemuHeld(holding: HoldingRun): Finding {
  return errorWithoutPlace('qemu-held', heldInWords(holding), [
    ...waysOn(holding),
    'or take the QEMU away from it: qblk run --durable --steal FILE',
  ]);
}

/** The script that is to be run is under way here as a durable run. */
export function scriptUnderWay(holding: HoldingRun): Finding {
  const { run, pid, stuck } = holding;
  return errorWithoutPlace('qemu-held', `${heldInWords(holding)}: it is a run of this very script`, [
    ...waysOn(holding),
    ...(pid === undefined && !stuck ? [`or let go of it: qblk runs --forget ${run}`] : []),
    'or take the QEMU away from it: qblk run --durable --steal FILE',
  ]);
}

/** What a script's mistakes may come from: a durable run is at work on the same QEMU. */
export function heldMeanwhile(holding: HoldingRun): Finding {
  return { ...errorWithoutPlace('qemu-held', heldInWords(holding), waysOn(holding)), severity: 'note' };
}

/** A script is planned for a QEMU that a durable run is at work on. */
export function plannedMeanwhile(holding: HoldingRun): Finding {
  return {
    ...heldMeanwhile(holding),
    severity: 'warning',
    notes: ['`qblk run --durable` is refused here, and what this was held against may change'],
  };
}

/** Why a monitor does not answer, and what to do: a durable run has it, and others have to wait. */
export function monitorHeld(holding: HoldingRun): readonly string[] {
  return [heldInWords(holding), ...waysOn(holding)];
}

function heldInWords({ run, address, pid, isKnown, stuck }: HoldingRun): string {
  const broken = stuck ? `nobody can go on with it: ${stuck.message}` : 'it is not finished';
  const state = pid === undefined ? broken : `process ${pid} carries it out`;
  return `the run ${run} is on the QEMU at ${address}, and ${isKnown ? state : 'its journal is not here'}`;
}

function waysOn({ run, pid, isKnown, stuck }: HoldingRun): readonly string[] {
  if (!isKnown) return ['see what it does: qblk show jobs'];
  if (pid !== undefined) return ['wait until it is over: qblk runs tells its state'];
  return stuck?.help ?? [`go on with it: qblk resume ${run}`];
}

/** Another program has a run. */
export function runLocked(run: string, pid: string): Finding {
  return errorWithoutPlace('run-in-progress', `the run ${run} is carried out by process ${pid}`, [
    'one program at a time: wait for it, or end it',
  ]);
}

export function unknownRun(run: string): Finding {
  return errorWithoutPlace('unknown-run', `there is no run ${run}`, ['the runs that there are: qblk runs']);
}

export function noRunToResume(): Finding {
  return errorWithoutPlace('unknown-run', 'there is no run to go on with', ['all of them: qblk runs']);
}

/** Of all runs there are none has broken off, and some are under way. */
export function allUnderWay(running: readonly { readonly run: string; readonly pid: number }[]): Finding {
  const told = running.map(({ run, pid }) => `${run} is running, process ${pid}`).join('; ');
  return errorWithoutPlace('run-in-progress', `there is no run to go on with: ${told}`, [
    'wait until it is over: qblk runs tells its state',
  ]);
}

export function severalRuns(runs: readonly string[]): Finding {
  return errorWithoutPlace(
    'several-runs',
    `there are ${runs.length} runs to go on with: ${runs.join(', ')}`,
    ['name one: qblk resume RUN', 'what they are: qblk runs'],
  );
}

export function runIsOver(run: string, end: string): Finding {
  return errorWithoutPlace('run-is-over', `the run ${run} is over: it is ${end}`, [
    `begin it anew with qblk run --durable, or remove its journal: qblk runs --forget ${run}`,
  ]);
}

/** The system does not let a journal be read, or the folder of journals be used. */
export function journalUnreadable(file: string, why: string): Finding {
  return errorWithoutPlace('journal-unreadable', `${file} can't be read: ${why}`, [
    'see to its rights: a journal is a file that its owner can read and write',
  ]);
}

/** What is there under a journal's name is none, or ends before its first line does. */
export function noJournal(run: string, file: string): Finding {
  return errorWithoutPlace(
    'journal-damaged',
    `${file} is no journal of a run, or ends before its first line does`,
    [BY_HAND, `then remove it: qblk runs --forget ${run}`],
  );
}

export function otherJournalVersion(file: string, version: string, known: number): Finding {
  return errorWithoutPlace(
    'journal-of-other-version',
    `${file} is a journal of version ${version}, and this qblk reads version ${known}`,
    ['go on with the version that began the run'],
  );
}

/** A line is not as it was written, or not in its place. */
export function journalDamaged(run: string, file: string, line: number): Finding {
  return errorWithoutPlace('journal-damaged', `line ${line} of ${file} is damaged, or not in its place`, [
    BY_HAND,
    `then let go of it: qblk runs --forget ${run}`,
  ]);
}

/** QEMU has a job that the run would have to have written down before it was made. */
export function journalTooShort(run: string, job: string): Finding {
  return errorWithoutPlace(
    'journal-damaged',
    `the job ${job} is there, and the journal of the run ${run} does not know of it: its end is lost`,
    [BY_HAND, `then let go of it: qblk runs --forget ${run}`],
  );
}

export function journalNotRemoved(file: string, why: string): Finding {
  return errorWithoutPlace('journal-unreadable', `${file} can't be removed: ${why}`, ['remove it by hand']);
}

/** Where all journals should be, none can be. */
export function noRunFolder(folder: string, why: string): Finding {
  return errorWithoutPlace('journal-unreadable', `journals can't be kept in ${folder}: ${why}`, [
    'make it a folder that is yours, or name another one to begin in: XDG_STATE_HOME=DIR',
  ]);
}

/** A script that is walked again comes to something else than its journal has. */
export function journalOfOtherScript(run: string, operation: number): Finding {
  return errorWithoutPlace(
    'journal-disagrees',
    `the journal of the run ${run} is of another script: operation ${operation} is not the same there`,
    ['go on with the version of qblk that began the run', `or ${BY_HAND}`],
  );
}

/** A run does not begin, since its journal has no place. */
export function journalNotMade(file: string, why: string): Finding {
  return errorWithoutPlace(
    'journal-not-written',
    `the journal ${file} can't be made: ${why}; nothing was sent`,
    ['make room for it, or keep it elsewhere: XDG_STATE_HOME=DIR'],
  );
}

export function journalNotWritten(file: string, why: string): Finding {
  return errorWithoutPlace(
    'journal-not-written',
    `the journal ${file} can't be written: ${why}; nothing more was sent`,
    ['make room for it, then go on: qblk resume'],
  );
}

export function folderOfRunGone(folder: string, why: string): Finding {
  return errorWithoutPlace('run-folder-gone', `the run began in ${folder}: ${why}`, [
    'relative names of the script begin there: make it again',
  ]);
}

export function runsQemuGone(run: string, address: string): Finding {
  return errorWithoutPlace(
    'another-qemu',
    `the QEMU at ${address} is not the run ${run}'s any more: it was restarted, and its jobs are gone, or another run has taken it with --steal`,
    [
      'the targets of copies that were not finished may lie about, and qemu-img check finds nothing wrong with them',
      `see what there is: qblk show chain; then let go of the run: qblk runs --forget ${run}`,
    ],
  );
}

/** The finding with what the run was in the middle of. */
export function inTheMiddleOf(finding: Finding, steps: readonly string[]): Finding {
  if (steps.length === 0) return finding;
  return { ...finding, notes: [...(finding.notes ?? []), `it was in the middle of: ${steps.join('; ')}`] };
}

export function eventInDoubt(run: string, event: string): Finding {
  return errorWithoutPlace(
    'wait-in-doubt',
    `the run broke off while it waited for ${event}, which may have come while nobody listened`,
    [`wait for the next one: qblk resume ${run} --redo-step`, 'or see what there is: qblk show jobs'],
  );
}

export function pausedMeanwhile(run: string, job: string): Finding {
  return errorWithoutPlace('wait-in-doubt', `the job ${job} is paused by an I/O error`, [
    `see to its cause, then let it go on: qblk -c 'job-resume id=${job}'; then: qblk resume ${run}`,
    `or let its statement fail, as without a break: qblk resume ${run} --redo-step`,
  ]);
}

/** Nobody but a person can tell what became of the step in flight. */
export function stepInDoubt(run: string, title: string, why: string): Finding {
  return errorWithoutPlace('step-in-doubt', brokeOff(title, why), waysPast(run));
}

/** The chain is neither as it was before the step in flight nor as it is after it. */
export function chainMoved(run: string, title: string, why: string): Finding {
  return errorWithoutPlace('chain-moved', brokeOff(title, why), [
    `put the chain back as it was before, then: qblk resume ${run}`,
    ...waysPast(run),
  ]);
}

function brokeOff(title: string, why: string): string {
  return `the run broke off in the middle of \`${title}\`: ${why}`;
}

function waysPast(run: string): string[] {
  return [
    `if it was carried out, go on behind it: qblk resume ${run} --skip-step`,
    `if it was not, carry it out now: qblk resume ${run} --redo-step`,
  ];
}
