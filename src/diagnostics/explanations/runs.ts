import type { Theme } from './explanation.ts';

/** What comes to light while a script runs, or keeps it from being known beforehand. */
export const runs: Theme = {
  title: 'Running a script',
  explanations: {
    refused: {
      summary: 'QEMU answered a command with an error.',
      story: [
        "The words are QEMU's, and change from version to version; the error class beside them stays. The note shows the command exactly as it was sent. A path in it is seen from the folder in which QEMU runs, with its rights: that is the commonest reason why a file that is plainly there is not found.",
        'Nothing was changed by the refused command; what the statements before it did has been done.',
      ],
      fails: 'add E driver=qcow2 filename=no-such-file.qcow2\n',
      passes: 'create E filename=e.qcow2 size=64M\n',
      setting: { command: 'run' },
    },
    'nodes-hidden': {
      summary: 'QEMU would crash if it were asked for its nodes now.',
      story: [
        'QEMU 5.2 crashes at query-named-block-nodes from the end of a backup until that is dismissed, 7.2 from the end of a stream, whoever asks; newer ones do not. A job that qblk starts is dismissed at once there. One of another client, or of a command with auto-dismiss=false, has to be waited for first.',
      ],
      fails: 'block-stream job-id=s device=D auto-dismiss=false\nwait job s concluded\nshow bitmaps\n',
      passes: 'block-stream job-id=s device=D auto-dismiss=false\nwait s\nshow bitmaps\n',
      setting: { command: 'elsewhere' },
    },
    'connection-lost': {
      summary: 'The connection to QEMU ended while a statement was carried out.',
      story: [
        'QEMU ended or was killed, or what lies between has broken: a tunnel, a proxy, the monitor itself. It was looked for again, for as long as `--reconnect` says, and not found, or another QEMU was. The run ends here, but for its deferred statements. If QEMU still runs, so do its jobs.',
        'A command whose reply had not come may have been carried out or not. So look before you run the script again: a snapshot that was made would be made twice.',
        'A run with `--durable` writes down what it sends, and can be gone on with: `qblk resume`.',
      ],
      fails: 'chain disk0: A <- B\ncommit B base=A\nexpect chain disk0: A\n',
      passes: 'chain disk0: A <- B\ncommit B base=A\nexpect chain disk0: A\n',
      setting: { command: 'elsewhere' },
    },
    'graph-partly-known': {
      summary: 'The script is about a part of the graph that cannot wholly be read.',
      story: [
        'A chain has one image over the other. A quorum reads from several at once, a driver that is not known here may do anything with its child, and a QEMU that does not show its debugging view may leave open which node an image reads from. What is said of such nodes is right, but there may be more to say: a job on one image of a quorum changes what the quorum reads, and nothing here tells.',
        'It is a note and stops nothing. What is not known, QEMU tells when the script runs; `show chain` draws every chain that can be told.',
      ],
      fails: 'chain x0: Q <- T\nsnapshot T overlay=U filename=u.qcow2\n',
      passes: 'chain x0: A <- B\nsnapshot B overlay=U filename=u.qcow2\n',
      setting: { command: 'elsewhere' },
    },
    'does-not-hold': {
      summary: 'An `expect` does not hold.',
      story: [
        '`expect` says what must be so at this point, and stops the script where it is not. What may be so or not is asked with `if`, what has yet to come with `wait`.',
      ],
      fails: 'let images = [1, 2]\nexpect len($images) > 2\n',
      passes: 'let images = [1, 2]\nexpect len($images) == 2\n',
    },
    'unknown-run-state': {
      summary: 'No machine is ever in a state of this name.',
      story: [
        "The states are those that QEMU's schema has for `query-status`: running, paused, prelaunch and others. `wait status` would wait for any other word for ever.",
      ],
      fails: 'wait status runing within 1m\n',
      passes: 'wait status running within 1m\n',
    },
    'no-status-here': {
      summary: 'The QEMU runs no machine, so it has no status.',
      story: [
        'A storage daemon has block devices, exports and jobs. There is no guest to run or to stop, and no query-status.',
      ],
      fails: 'expect status running\n',
      passes: 'expect no jobs\n',
      setting: { program: 'storage-daemon' },
    },
    'other-status': {
      summary: 'The machine is not in the state that was expected.',
      story: [
        'A guest that was started with `-S` is prelaunch until somebody says `cont`; a write error with `werror=stop` leaves it in io-error; the destination of a migration is inmigrate.',
      ],
      fails: 'expect status inmigrate\n',
      passes: 'cont\nexpect status running\nstop\nexpect status paused\n',
      setting: { command: 'run', program: 'system' },
    },
    'error-expected': {
      summary: 'A statement was expected to fail, and it succeeded.',
      story: [
        '`expect error … from` sends a statement past the checks, to show what QEMU says to it. That it is accepted is the surprise, and may have changed something.',
      ],
      fails: 'expect error from query-jobs\n',
      passes: 'expect error from job-cancel id=nobody\n',
      setting: { command: 'run' },
    },
    'other-error': {
      summary: 'A statement failed, but with other words than expected.',
      story: [
        'The text has to be a part of what QEMU says. Wordings change between versions of QEMU, so a short and telling part lasts longest.',
      ],
      fails: 'expect error "is busy" from job-cancel id=nobody\n',
      passes: 'expect error "not found" from job-cancel id=nobody\n',
      setting: { command: 'run' },
    },
    failed: {
      summary: 'The script itself says that it failed.',
      story: [
        '`fail "text"` stops the script with that text, mostly in an `if` or behind an `else`. Deferred statements still run.',
      ],
      fails: 'fail "nothing to do"\n',
      passes: 'print "nothing to do"\n',
      setting: { command: 'run' },
    },
    'depends-on-run': {
      summary: 'What follows depends on something that only a run will show.',
      story: [
        '`qblk compile` writes down every step beforehand, for a program that knows QMP and nothing of qblk. An `if` over the reply of a query has two outcomes, and a list of steps has no place for that. `qblk plan` shows both ways, and `qblk run` takes the right one.',
      ],
      fails: 'if len(query-jobs) > 0 { print "busy" }\nquery-jobs\n',
      passes: 'query-jobs\n',
      setting: { command: 'compile' },
    },
    'not-known-yet': {
      summary: 'A command needs a value that is not known here.',
      story: [
        'Some values come from the QEMU: the node of a device, the size of an image, the reply of a query. Without one a plan can show what kind of thing will stand there, but the exact command cannot be written down. Say what the script starts from, give the parameters, or read it from a QEMU with `--qmp`.',
      ],
      fails: 'mirror A target=E filename=e.qcow2 sync=full then cancel\n',
      passes: 'chain disk0: A size=64M\nmirror A target=E filename=e.qcow2 sync=full then cancel\n',
      setting: { command: 'compile' },
    },
  },
};
