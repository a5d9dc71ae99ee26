import type { Theme } from './explanation.ts';

/** What stands in a transaction's block. */
export const transactions: Theme = {
  title: 'Transactions',
  explanations: {
    'not-an-action': {
      summary: 'A statement stands in a transaction and is none of its actions.',
      story: [
        'A transaction is one command of QEMU: all of its actions are carried out, or none. QEMU knows twelve: snapshots, backups, what is done to bitmaps, and `abort`. A stream, a commit, a mirror or a resize is none of them, and neither is anything that waits, prints or compares: while the command is carried out, nothing else is.',
        'Put the statement before or after the transaction. An image that it should copy to or put on top can be made inside: `filename=` makes it before the command is sent.',
      ],
      fails:
        'chain disk0: A <- B\ntransaction {\n  snapshot B overlay=C filename=c.qcow2\n  resize C size=128M\n}\n',
      passes:
        'chain disk0: A <- B\ntransaction {\n  snapshot B overlay=C filename=c.qcow2\n  bitmap add C name=b0\n}\nresize C size=128M\n',
    },
    'not-for-an-action': {
      summary: 'A single action is given what only the whole transaction can have.',
      story: [
        'The actions of a transaction are sent and refused together, and it waits for all of its jobs. So `start`, `within` and `else` belong to the transaction, and `then` to nothing in it: the jobs that QEMU lets into one are backups, which end by themselves.',
      ],
      fails:
        'chain disk0: A\nchain disk1: X\ntransaction {\n  backup A target=E filename=e.qcow2 sync=full within 10m\n  backup X target=F filename=f.qcow2 sync=full\n}\n',
      passes:
        'chain disk0: A\nchain disk1: X\ntransaction {\n  backup A target=E filename=e.qcow2 sync=full\n  backup X target=F filename=f.qcow2 sync=full\n} within 10m\n',
    },
    'empty-transaction': {
      summary: 'A transaction has no action.',
      story: [
        'QEMU accepts an empty list of actions and does nothing. Written so it is a mistake. Where a condition or an empty list leaves nothing of a block it is only noted, and nothing is sent.',
      ],
      fails: 'chain disk0: A\ntransaction { }\n',
      passes: 'chain disk0: A\ntransaction { bitmap add A name=b0; bitmap add A name=b1 }\n',
    },
    'single-action': {
      summary: 'A transaction has only one action.',
      story: [
        'A transaction keeps several things together. One thing alone is the same without it: it is carried out, or it is not.',
      ],
      fails: 'chain disk0: A\ntransaction { bitmap add A name=b0 }\n',
      passes: 'chain disk0: A\nbitmap add A name=b0\n',
    },
  },
};
