import type { Theme } from './explanation.ts';

/** Saved plans that do not hold any more, and runs that come to something else than was shown. */
export const plans: Theme = {
  title: 'Plans and what becomes of them',
  explanations: {
    'not-a-plan': {
      summary: '`run --plan` was given a file that holds no plan.',
      story: ['A plan is the JSON document that `qblk plan --out` writes. A script is run without `--plan`.'],
      fails: 'qblk run --plan nightly.qblk --qmp vm1.qmp\n',
      passes:
        'qblk plan nightly.qblk --qmp vm1.qmp --out nightly.plan\nqblk run --plan nightly.plan --qmp vm1.qmp\n',
      setting: { command: 'shell' },
    },
    'newer-plan': {
      summary: 'The plan was written by a newer qblk, in a form that this one does not know.',
      story: [
        'A document of a later version may hold what this program would overlook. Run it with the qblk that made it, or make it again with this one.',
      ],
      fails: 'qblk run --plan made-by-a-newer-qblk.plan --qmp vm1.qmp\n',
      passes:
        'qblk plan nightly.qblk --qmp vm1.qmp --out nightly.plan\nqblk run --plan nightly.plan --qmp vm1.qmp\n',
      setting: { command: 'shell' },
    },
    'plan-has-errors': {
      summary: 'The plan was saved although its script is wrong.',
      story: [
        'A plan goes up to the first mistake. What is behind that was never planned, so the document is no whole plan.',
      ],
      fails: 'qblk plan wrong.qblk --json > wrong.plan\nqblk run --plan wrong.plan --qmp vm1.qmp\n',
      passes:
        'qblk plan nightly.qblk --qmp vm1.qmp --out nightly.plan && qblk run --plan nightly.plan --qmp vm1.qmp\n',
      setting: { command: 'shell' },
    },
    'plan-outdated': {
      summary: 'The QEMU is not any more as it was for the plan.',
      story: [
        'Somebody looked at a plan and agreed to it. If a chain, a size, a job or the QEMU itself has changed since, the same commands may do something else, so nothing more is sent. Look at what there is now, and make the plan again.',
      ],
      fails:
        'qblk plan nightly.qblk --qmp vm1.qmp --out nightly.plan\nqblk run nightly.qblk --qmp vm1.qmp\nqblk run --plan nightly.plan --qmp vm1.qmp\n',
      passes:
        'qblk plan nightly.qblk --qmp vm1.qmp --out nightly.plan\nqblk run --plan nightly.plan --qmp vm1.qmp\n',
      setting: { command: 'shell' },
    },
    'plan-disagrees': {
      summary: 'The script inside the plan does not mean what the plan shows.',
      story: [
        'A plan holds its script and its steps. What is run is what was shown; where the two differ, the file was edited, or another version of qblk reads the script in another way.',
      ],
      fails: 'sed -i s/base=A/base=B/ nightly.plan\nqblk run --plan nightly.plan --qmp vm1.qmp\n',
      passes:
        'qblk plan nightly.qblk --qmp vm1.qmp --out nightly.plan\nqblk run --plan nightly.plan --qmp vm1.qmp\n',
      setting: { command: 'shell' },
    },
    'graph-differs': {
      summary: 'After a statement the block graph is not as the model says it should be.',
      story: [
        'qblk looks at the graph after each statement and holds it against what it foretold. A difference means that somebody else works on the same QEMU, or that the model is wrong. It is told and never passed over; the run goes on by what is there.',
      ],
      fails: 'qblk run nightly.qblk --qmp vm1.qmp    # while another program changes the same disks\n',
      passes: 'qblk run nightly.qblk --qmp vm1.qmp\n',
      setting: { command: 'shell' },
    },
  },
};
