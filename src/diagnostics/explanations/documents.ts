import type { Theme } from './explanation.ts';

const setting = { command: 'elsewhere' } as const;

/** What can be wrong with an executable document, and with what it expects. */
export const documents: Theme = {
  title: 'Documents that are tested',
  explanations: {
    'misspelt-fence': {
      summary: 'A fence has a word that is nearly one of those that `qblk test` looks at.',
      story: [
        'Fences in other languages are prose to `qblk test`. A script whose fence says `qbkl`, or an expectation whose fence says `diagnotics`, would be prose too, and never be tested without anybody knowing. So a word that is nearly one of these is a mistake.',
      ],
      fails: '```qbkl\nchain disk0: A\n```\n',
      passes: '```qblk\nchain disk0: A\n```\n',
      setting,
    },
    'unknown-fence-word': {
      summary: 'A word behind `qblk` at the head of a fence means nothing.',
      story: [
        'The words are `continue`, `check`, `fails`, `complete`, `unpredicted`, `needs=…`, `timeout=…`, `qemu=…` and `program=…`; any other `name=value` gives a parameter of the script its value. A word that is not known would be one that has no effect.',
      ],
      fails: '```qblk continues\nexpect no jobs\n```\n',
      passes: '```qblk continue\nexpect no jobs\n```\n',
      setting,
    },
    'wrong-fence-value': {
      summary: 'A word at the head of a fence has a value that it cannot have.',
      story: [
        '`timeout=` is a duration, `30s` or `5m`. `needs=` is `qemu`, `storage-daemon`, `real`, a version such as `6.0`, or several of them with commas between. `qemu=` is a version whose schema comes with qblk, `program=` is `system` or `storage-daemon`.',
      ],
      fails: '```qblk timeout=soon\nexpect no jobs\n```\n',
      passes: '```qblk timeout=30s\nexpect no jobs\n```\n',
      setting,
    },
    'repeated-fence-word': {
      summary: 'A word at the head of a fence is said twice.',
      story: ['Which of two values would count is not plain to a reader, so neither does.'],
      fails: '```qblk timeout=30s timeout=5m\nexpect no jobs\n```\n',
      passes: '```qblk timeout=5m\nexpect no jobs\n```\n',
      setting,
    },
    'unclosed-fence': {
      summary: 'A fence goes on to the end of the document, of its list or of its quote.',
      story: [
        'A fence ends with a line that holds nothing but marks: the same ones, and at least as many. Markdown takes a fence without that line to the end of what it stands in; the text behind it would be a part of the script.',
      ],
      fails: '````qblk\nchain disk0: A\n```\n',
      passes: '````qblk\nchain disk0: A\n````\n',
      setting,
    },
    'stray-fence': {
      summary: 'A fence says what comes of a script, and no script stands before it.',
      story: [
        '`plan`, `diagnostics`, `graph`, `output` and `failure` are about the script fence before them. Text may stand between; a fence in another language ends the row.',
      ],
      fails: '```output\nhello\n```\n',
      passes: '```qblk\nprint "hello"\n```\n```output\nhello\n```\n',
      setting,
    },
    'repeated-fence': {
      summary: 'A script has two fences of one kind behind it.',
      story: ['A script has one plan, one output, one graph; two fences could not both be right.'],
      fails: '```qblk\nprint "a"\n```\n```output\na\n```\n```output\nb\n```\n',
      passes: '```qblk\nprint "a"\n```\n```output\na\n```\n',
      setting,
    },
    'nothing-to-continue': {
      summary: 'A script is to go on where no script has run.',
      story: [
        '`continue` goes on in the sandbox, and with the names, of the script fence before it. Before the first one there is none, and a script that is only checked has no sandbox.',
      ],
      fails: '```qblk continue\nexpect no jobs\n```\n',
      passes: '```qblk\nexpect no jobs\n```\n',
      setting,
    },
    'fences-exclude': {
      summary: 'Two things that a document says of one script cannot both hold.',
      story: ['A script that is only checked prints nothing, and goes on from nothing.'],
      fails: '```qblk check\nprint "a"\n```\n```output\na\n```\n',
      passes: '```qblk\nprint "a"\n```\n```output\na\n```\n',
      setting,
    },
    'no-such-parameter': {
      summary: 'A document gives a value to a parameter that the script does not have.',
      story: ['Behind `qblk`, `name=value` is what it is on a command line: a value for `param name`.'],
      fails: '```qblk disc=disk0\nparam disk: device\n```\n',
      passes: '```qblk disk=disk0\nparam disk: device\n```\n',
      setting,
    },
    'never-ended': {
      summary: 'A script of a document took longer than it may, and was stopped.',
      story: [
        'Each script of a document has a minute, unless `--timeout` or the `timeout=` of its fence gives it more or less. When that is over the statement at hand is given up, deferred statements run, and the sandbox is removed. The frame shows the statement that it hung at.',
      ],
      fails: '```qblk timeout=1s\nwait 1 == 2\n```\n',
      passes: '```qblk\nwait no jobs within 1s\n```\n',
      setting,
    },
    'passed-unexpectedly': {
      summary: 'A document says that a script fails, and it does not.',
      story: [
        '`fails` behind `qblk`, or a `failure` fence, says that the check finds an error or that the run stops. Where neither happens the document is wrong, or something that it warns of has been mended.',
      ],
      fails: '```qblk fails\nprint "fine"\n```\n',
      passes: '```qblk\nprint "fine"\n```\n',
      setting,
    },
  },
};
