import type { Theme } from './explanation.ts';

/** Jobs: their ids and states, who holds what, and how they end. */
export const jobs: Theme = {
  title: 'Jobs',
  explanations: {
    'frozen-link': {
      summary: 'The node lies on links that a running job works along.',
      story: [
        'A stream or a commit walks a part of the chain, and QEMU freezes the backing links of that part until it is done. A second job across them is refused, or accepted and failed later.',
      ],
      fails:
        'chain disk0: A <- B <- C <- D\nstart commit C base=A job-id=c0\nstart stream B job-id=s0\nwait all\n',
      passes: 'chain disk0: A <- B <- C <- D\ncommit C base=A\nstream D\n',
    },
    'bad-job-id': {
      summary: 'This cannot be the id of a job.',
      story: [
        'The rule is that of node-names: a letter, then letters, digits, `-`, `.` and `_`. QEMU answers `Invalid job ID`. Ids that begin with `#` are those of its own jobs.',
      ],
      fails: 'chain disk0: A <- B <- C\ncommit B base=A job-id=7\n',
      passes: 'chain disk0: A <- B <- C\ncommit B base=A job-id=job7\n',
    },
    'job-id-in-use': {
      summary: 'There is already a job with this id.',
      story: [
        'An id names one job until that is dismissed; a job that has concluded and was not dismissed keeps its id. Leave `job-id=` out, and qblk finds a free one.',
      ],
      fails:
        'chain disk0: A <- B\nchain disk1: K <- L\nstart commit B base=A job-id=j0\nstart stream L job-id=j0\n',
      passes:
        'chain disk0: A <- B\nchain disk1: K <- L\nstart commit B base=A job-id=j0\nstream L\nwait j0 ready\npivot j0\n',
    },
    'job-id-missing': {
      summary: 'A job on a node, started under its QMP name, needs a job-id.',
      story: [
        "QEMU takes the name of the device's block backend where no job-id is given. A node has none, and then the answer is `Invalid job ID ''`. The statements of the language name their jobs themselves.",
      ],
      fails: 'chain disk0: A <- B <- C\nblock-stream device=C\n',
      passes: 'chain disk0: A <- B <- C\nblock-stream device=C job-id=s0\n',
      setting: { command: 'run' },
    },
    'job-verb': {
      summary: "In the state that it is in, the job can't be told to do this.",
      story: [
        "Each state of a job takes its own verbs: complete at ready, finalize at pending, dismiss at concluded, pause and resume from created to standby. QEMU answers `Job 'm0' in state 'running' cannot accept command verb 'complete'`. Wait for the state first.",
      ],
      fails:
        'chain disk0: A size=64M\nstart mirror A target=E filename=e.qcow2 sync=full job-id=m0\njob-dismiss id=m0\n',
      passes:
        'chain disk0: A size=64M\nstart mirror A target=E filename=e.qcow2 sync=full job-id=m0\nwait m0 ready\npivot m0\n',
    },
    'unknown-job': {
      summary: 'A statement is for a job that is not there.',
      story: [
        'Either the id is another one, or the job has ended already: one that was waited for is dismissed, and one that was started without `auto-dismiss: false` vanishes in the moment it ends, and its verdict with it. A wait for it could never end.',
      ],
      fails: 'wait m0\n',
      passes: 'chain disk0: A <- B <- C\nstart stream C job-id=s0\nwait s0\n',
      setting: { command: 'run' },
    },
    'unknown-job-state': {
      summary: 'No job is ever in a state of this name.',
      story: [
        'The states are those of QMP: created, running, paused, ready, standby, waiting, pending, aborting, concluded and null. `ready` includes standby, which is ready while the machine stands still.',
      ],
      fails: 'wait m0 redy within 1m\n',
      passes: 'wait m0 ready within 1m\n',
    },
    'job-in-other-state': {
      summary: 'The job is not in the state that was expected.',
      story: [
        '`expect` asks about this moment. For a state that has yet to come there is `wait m0 ready`. And for some moments every job leaves its state: each change of the graph pauses all of them for an instant.',
      ],
      fails:
        'chain disk0: A size=64M\nstart mirror A target=E filename=e.qcow2 sync=full job-id=m0\nwait m0 ready\nexpect job m0 pending\npivot m0\n',
      passes:
        'chain disk0: A size=64M\nstart mirror A target=E filename=e.qcow2 sync=full job-id=m0\nwait m0 ready\nexpect job m0 ready\npivot m0\n',
      setting: { command: 'run' },
    },
    'jobs-left': {
      summary: 'QEMU still lists jobs where none were expected.',
      story: [
        'Concluded jobs count too, until they are dismissed. `wait all` waits for every job, reads its verdict and dismisses it.',
      ],
      fails:
        'chain disk0: A size=64M\nstart mirror A target=E filename=e.qcow2 sync=full job-id=m0\nwait m0 ready\nexpect no jobs\npivot m0\n',
      passes:
        'chain disk0: A size=64M\nstart mirror A target=E filename=e.qcow2 sync=full job-id=m0\nwait m0 ready\npivot m0\nexpect no jobs\n',
      setting: { command: 'run' },
    },
    'job-left': {
      summary: 'The script ends and one of its jobs is still there.',
      story: [
        'The job goes on without anybody who would end it or read its verdict. A mirror at READY copies every write of the guest from then on; QEMU 7.2 and later cancel it when they quit, 5.2 completes it. This is a warning, since somebody else may take over.',
      ],
      fails: 'chain disk0: A <- B\nstart commit B base=A job-id=c0\n',
      passes: 'chain disk0: A <- B\nstart commit B base=A job-id=c0\nwait c0 ready\npivot c0\n',
    },
    'job-failed': {
      summary: 'A job has ended with an error.',
      story: [
        "The reason is QEMU's own, read from query-jobs before the job is dismissed. The event BLOCK_JOB_COMPLETED comes after a failure, a cancellation and a success alike, so it is never taken for a verdict.",
        'What is left depends on the job. A stream has done no harm, a mirror or a backup leaves a target that is of no use, and a commit has changed its base on the way: from then on only this chain may use it.',
      ],
      fails: 'create E filename=no-such-folder/e.qcow2 size=64M\n',
      passes: 'create E filename=e.qcow2 size=64M\n',
      setting: { command: 'run' },
    },
    'errors-ignored': {
      summary: 'A job is told to ignore I/O errors.',
      story: [
        'With `ignore` a job takes a failed request for done, or asks again at once. A mirror that can’t read a part of its source comes to READY all the same, and the copy lacks that part; a fault that stays makes thousands of requests a second, with an event for each. Nobody is told, unless somebody listens for BLOCK_JOB_ERROR.',
        '`stop` pauses the job at the first error: what is copied stays, and `job-resume` goes on once the fault is put right. `enospc` does so for a full disk alone; qblk’s `mirror` and `backup` have that for their target unless told otherwise.',
      ],
      fails:
        'chain disk0: A <- B\nmirror B target=E filename=e.qcow2 sync=full on-source-error=ignore then cancel\n',
      passes:
        'chain disk0: A <- B\nmirror B target=E filename=e.qcow2 sync=full on-source-error=stop then cancel\n',
    },
    'job-stops-short': {
      summary: 'A job rests in a state that it does not leave by itself.',
      story: [
        'A job can be paused by an I/O error, wait at READY, or wait at pending for its finalize. It would wait for ever, and so would the script. A mirror or a backup whose target has no space left is paused like that, too, unless the script says `on-target-error=report`: `job-resume` goes on with it once there is room. qblk leaves it as it is, so that nothing is lost, and says what to do with it.',
        'Once a job is gone, another client can give its name to a job of its own. What the script then says of the name is not for that job, so nothing is sent to it.',
      ],
      fails:
        'chain disk0: A size=64M\nstart mirror A target=E filename=e.qcow2 sync=full job-id=m0\nwait m0 within 10s\n',
      passes:
        'chain disk0: A size=64M\nstart mirror A target=E filename=e.qcow2 sync=full job-id=m0\nwait m0 ready within 10s\npivot m0\n',
      setting: { command: 'run' },
    },
    'took-too-long': {
      summary: 'A statement was not done within its limit.',
      story: [
        'The job, if there is one, is left running: minutes of copying may be worth keeping, and `wait J` can go on waiting. `within 30s else cancel` breaks it off instead. The statement fails either way.',
      ],
      fails: 'wait len(query-jobs) > 0 within 100ms\n',
      passes: 'wait no jobs within 10s\n',
      setting: { command: 'run' },
    },
  },
};
