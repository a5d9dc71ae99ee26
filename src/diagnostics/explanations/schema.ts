import type { Theme } from './explanation.ts';

/** What the schema of a QEMU says against a command. */
export const schema: Theme = {
  title: 'What the QEMU at hand accepts',
  explanations: {
    'wrong-type': {
      summary: "An argument's value has another type than the schema says.",
      story: [
        'QEMU tells every client what it accepts, in query-qmp-schema, and qblk holds each command against that of the very QEMU it talks to. QEMU itself would answer `Invalid parameter type`, but only once it gets there.',
        'Bare words take the type that the schema wants: `speed=10M` becomes a number, `flat=on` true. What cannot be read so is this error.',
      ],
      fails: 'chain disk0: A <- B <- C\nblock-stream job-id=s0 device=C speed=fast\n',
      passes: 'chain disk0: A <- B <- C\nblock-stream job-id=s0 device=C speed=10M\n',
    },
    'unknown-value': {
      summary: 'A word is none of those that an argument takes in this QEMU.',
      story: [
        "Enumerations grow from version to version: qblk says which of the versions that it knows have the word. QEMU's own answer is `Parameter 'sync' does not accept value 'ful'`.",
      ],
      fails: 'chain disk0: A <- B <- C\nblock-stream job-id=s0 device=C on-error=stpo\n',
      passes: 'chain disk0: A <- B <- C\nblock-stream job-id=s0 device=C on-error=stop\n',
    },
    'out-of-range': {
      summary: 'A whole number does not fit into 64 bits.',
      story: [
        'QMP has 64-bit integers, and JSON as most programs read it has not: beyond 2^53 they round. qblk keeps every integer exact and refuses what QEMU could not hold.',
      ],
      fails: 'chain disk0: A <- B <- C\nblock-stream job-id=s0 device=C speed=99999999999999999999\n',
      passes: 'chain disk0: A <- B <- C\nblock-stream job-id=s0 device=C speed=9007199254740993\n',
    },
    deprecated: {
      summary: 'The command or the argument works in this QEMU and is going away.',
      story: [
        "QEMU marks in its schema what it will remove, two releases ahead at the least. A script that uses it stops working after an upgrade, at night. What qblk's own statements send is deprecated in no version that it knows.",
        'Since 10.1 the block-job-complete, -pause, -resume, -dismiss and -finalize commands are; the `job-*` commands do the same for every kind of job, and every version since 3.0 has them. block-job-cancel stays: at READY only it can end a mirror without a pivot.',
      ],
      fails: 'block-job-complete device=m0\n',
      passes: 'job-complete id=m0\n',
    },
    unstable: {
      summary: 'The command or the argument may change, or go, in any release.',
      story: [
        'Names that begin with `x-` are experiments, and some others are marked so in the schema. They are fine at a prompt and a risk in a script that is to be kept. This is a note and stops nothing.',
      ],
      fails: 'x-debug-query-block-graph\n',
      passes: 'query-named-block-nodes flat=true\n',
    },
  },
};
