import type { Theme } from './explanation.ts';

/** What a statement lacks to be one. */
export const missing: Theme = {
  title: 'What a statement lacks',
  explanations: {
    'missing-ending': {
      summary: '`then` is followed by no ending.',
      story: [
        'A job that stops at READY ends in one of two ways: `then pivot` moves the guest to the other image, `then cancel` leaves it where it is.',
      ],
      fails: 'chain disk0: A <- B\ncommit B base=A then\n',
      passes: 'chain disk0: A <- B\ncommit B base=A then pivot\n',
    },
    'missing-duration': {
      summary: '`within` is followed by no duration.',
      story: ['A duration has a number and a unit, which is never left out: `500ms`, `30s`, `10m`, `2h`.'],
      fails: 'chain disk0: A <- B\ncommit B base=A then pivot within\n',
      passes: 'chain disk0: A <- B\ncommit B base=A then pivot within 10m\n',
    },
    'missing-cancel': {
      summary: '`else` behind a time limit says nothing.',
      story: [
        'Without `else cancel` a job that is out of time is left running, since minutes of copying may be worth keeping. `else cancel` ends it; `else { … }` runs a block.',
      ],
      fails: 'chain disk0: A <- B <- C\ncommit B base=A within 10m else\n',
      passes: 'chain disk0: A <- B <- C\ncommit B base=A within 10m else cancel\n',
    },
    'missing-condition': {
      summary: '`expect`, `wait` or `if` is followed by no condition.',
      story: [
        'The three share one grammar: `expect C` asks once, `wait C` until it holds, `if C { … }` chooses a way. A condition is a chain, `no jobs`, `job J STATE`, `status STATE`, or a comparison.',
      ],
      fails: 'expect\n',
      passes: 'expect no jobs\n',
    },
    'missing-state': {
      summary: 'The condition does not say which state.',
      story: [
        'A job is running, paused, ready, standby, waiting, pending, aborting or concluded; the machine is running, paused, inmigrate and so on.',
      ],
      fails: 'expect job commit0\n',
      passes: 'if job commit0 ready { print "it can be pivoted" }\n',
    },
    'missing-jobs': {
      summary: '`no` is not followed by `jobs`.',
      story: [
        'There is one condition that begins with `no`: `no jobs`, which holds when QEMU lists no job at all.',
      ],
      fails: 'wait no\n',
      passes: 'wait no jobs within 1m\n',
    },
    'missing-job': {
      summary: '`job` is not followed by the id of a job.',
      story: [
        'The id is the one given with `job-id=`, or the name that qblk gives to unnamed jobs, the same on every run: `commit0`, `mirror0`.',
      ],
      fails: 'expect job\n',
      passes: 'if job mirror0 ready { print "it can be pivoted" }\n',
    },
    'missing-image': {
      summary: 'A chain, or a comparison of two files, lacks an image.',
      story: [
        'A chain goes from the base on the left to the active layer on the right, with an image on either side of each `<-`. `...` stands for any number of images, none included.',
      ],
      fails: 'chain disk0: A <-\n',
      passes: 'chain disk0: A <- B\n',
    },
    'missing-from': {
      summary: '`expect error` does not say which statement should fail.',
      story: [
        'It is written `expect error "some of QEMU\'s words" from STATEMENT`. The text may be left out, the `from` may not.',
      ],
      fails: 'chain disk0: A <- B\nexpect error "in use" del A\n',
      passes: 'chain disk0: A <- B\nexpect error "in use" from del A\n',
    },
    'missing-statement': {
      summary: 'A word that stands before a statement is followed by none.',
      story: ['`defer`, `from` and `@target` each need the statement that they are about, on the same line.'],
      fails: 'defer\n',
      passes: 'defer print "the end"\n',
    },
    'missing-name': {
      summary: '`let`, `param`, `for` or `proc` is followed by no name.',
      story: ['The name is what stands behind `$` later on, so it comes first.'],
      fails: 'let\n',
      passes: 'let keep = 5\nprint $keep\n',
    },
    'missing-type': {
      summary: 'A parameter has no type.',
      story: [
        'A parameter arrives as text from the command line. Its type says what that text has to be, before anything is sent: a size, a duration, a node, or one of several words, as in `full|top|none`.',
      ],
      fails: 'param keep\n',
      passes: 'param keep: integer = 4\n',
    },
    'missing-default': {
      summary: 'The ` = ` of a parameter is followed by no value.',
      story: [
        'Without a default the parameter has to be given on the command line; leave the ` = ` out for that.',
      ],
      fails: 'param keep: integer =\n',
      passes: 'param keep: integer = 4\n',
    },
    'missing-in': {
      summary: 'A `for` does not say which list it goes through.',
      story: ['It is written `for x in LIST { … }`; the name stands for one item after the other.'],
      fails: 'for x { print $x }\n',
      passes: 'for x in [1, 2] { print $x }\n',
    },
    'missing-list': {
      summary: 'The `in` of a `for` is followed by no list.',
      story: [
        'A list is written `[a, b]`, or it is the value of a variable, such as the images that `older...` names.',
      ],
      fails: 'for x in\n',
      passes: 'chain disk0: A <- older... <- C\nfor image in $older { print $image }\n',
    },
    'missing-block': {
      summary: 'An `if`, an `else`, a `for` or a `proc` has no block.',
      story: ['The statements that it is about stand between `{` and `}`, even if there is only one.'],
      fails: 'if len(query-jobs) == 0\n  print "idle"\n',
      passes: 'if len(query-jobs) == 0 {\n  print "idle"\n}\n',
    },
    'missing-parameters': {
      summary: 'A `proc` has no parentheses.',
      story: [
        'A procedure says what it takes: `proc rotate(disk: device, keep: integer = 4) { … }`. Empty parentheses mean nothing at all.',
      ],
      fails: 'proc rotate { query-jobs }\n',
      passes: 'query-jobs\n',
    },
    'missing-path': {
      summary: '`use` names no file.',
      story: ['It is written `use "lib/rotate.qblk"`; the path is seen from the script that says so.'],
      fails: 'use\n',
      passes: 'print "the statements of that file, written out"\n',
    },
    'missing-event': {
      summary: '`wait event` names no event.',
      story: [
        'The name is one of QMP, in capitals, such as BLOCK_JOB_READY. The schema of the QEMU lists them all.',
      ],
      fails: 'wait event\n',
      passes: 'wait event BLOCK_JOB_READY within 1m\n',
    },
    'missing-field': {
      summary: '`where` is followed by no `field=value`.',
      story: [
        'An event of that name may come for somebody else too. `where` takes the one whose data has these values, as in `where id=job0`.',
      ],
      fails: 'wait event JOB_STATUS_CHANGE where\n',
      passes: 'wait event JOB_STATUS_CHANGE where id=job0 within 1m\n',
    },
    'missing-program': {
      summary: 'A `$` line names no program.',
      story: [
        'A `$` and a space at the beginning of a line run a program of the host. A value is `$name`, without the space.',
      ],
      fails: '$ ;\n',
      passes: 'print "nothing to run"\n',
    },
  },
};
