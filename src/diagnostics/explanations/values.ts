import type { Theme } from './explanation.ts';

/** Names and values, what is done with them, and parameters. */
export const values: Theme = {
  title: 'Values and parameters',
  explanations: {
    'unknown-name': {
      summary: 'Nothing is called `$name` at this place.',
      story: [
        'Names come from `param`, `let`, `for`, `chain` and the statements that make nodes, each for what follows it. What a block binds is gone behind its `}`. A name that is not there is never empty text, as in a shell, where `rm $dir/*` has cost many a disk.',
      ],
      fails: 'let speed = 10M\nprint $sped\n',
      passes: 'let speed = 10M\nprint $speed\n',
    },
    'dollar-in-text': {
      summary: 'A string has a `$name` as plain characters, and a name like that is bound.',
      story: [
        'In a string only `${name}` stands for a value; a `$` before anything else is a dollar. In most shells it is another way, so a file may get a name like `$disk.qcow2` that nobody wanted.',
        'Where these characters are meant, `\\$name` says so.',
      ],
      fails: 'let day = "mon"\nprint "backup-$day.qcow2"\n',
      passes: 'let day = "mon"\nprint "backup-${day}.qcow2, not \\$day"\n',
    },
    'wrong-value': {
      summary: 'A value does not fit what it is given to.',
      story: [
        'Each argument takes one kind of value: a size (`64M`), a whole number, a duration (`30s`), `on` or `off`, one of several words. Sizes are binary, as in qemu-img, with K, M, G, T, P or E and nothing behind it; a duration always has its unit.',
      ],
      fails: 'chain disk0: A <- B\nmirror B target=E filename=e.qcow2 sync=ful then cancel\n',
      passes: 'chain disk0: A <- B\nmirror B target=E filename=e.qcow2 sync=full then cancel\n',
    },
    'not-text': {
      summary: 'A value in a string has no text of its own.',
      story: [
        'A list, an object or null in the middle of a file name is always a mistake, so there is no `[object]` and no empty gap. Name the part that is meant, as in `${name.field}`; what may be missing is asked first, since null counts as false.',
      ],
      fails: 'let list = [1, 2]\nprint "${list}"\n',
      passes: 'let list = [1, 2]\nprint "${list[0]}"\nprint $list\n',
    },
    'not-an-index': {
      summary: 'An item is asked for by something that is neither a number nor a name.',
      story: [
        '`$list[0]` is the first item, `$list[-1]` the last, `$nodes["D"]` the one that QMP calls D. Beyond the list there is null.',
      ],
      fails: 'let list = [1, 2]\nlet first = [0]\nprint $list[$first]\n',
      passes: 'let list = [1, 2]\nlet first = 0\nprint $list[$first]\n',
    },
    'not-a-number': {
      summary: 'A `-` stands before something that is no number.',
      story: [
        'A minus turns a number round, as an index from the end does: `$older[-$keep]`. Text has no opposite.',
      ],
      fails: 'let keep = "four"\nlet list = [1, 2]\nprint $list[-$keep]\n',
      passes: 'let keep = 2\nlet list = [1, 2]\nprint $list[-$keep]\n',
    },
    'not-a-list': {
      summary: 'A list is wanted here, and this is none.',
      story: [
        '`for` goes through a list, and `in` looks into a list or a text. A single thing becomes a list in brackets: `[$x]`.',
      ],
      fails: 'for x in 5 { print $x }\n',
      passes: 'for x in [5] { print $x }\n',
    },
    'not-comparable': {
      summary: 'Two values of different kinds are put in order.',
      story: [
        '`<` and `>` compare numbers with numbers and text with text. `==` and `!=` compare anything; what is missing is null, and no order holds for it.',
      ],
      fails: 'if "10" < 9 { print "less" }\n',
      passes: 'if 10 < 9 { print "less" }\n',
    },
    'no-length': {
      summary: '`len` is asked of something that has no length.',
      story: [
        '`len(…)` counts the items of a list, the letters of a text or the members of an object; of null it is 0.',
      ],
      fails: 'let keep = 4\nprint $keep\nexpect len($keep) == 1\n',
      passes: 'let keep = [4]\nprint $keep\nexpect len($keep) == 1\n',
    },
    'unknown-function': {
      summary: 'There is no such function.',
      story: [
        '`len(…)` is the only one. A language for block operations does not compute; what has to be computed comes in as a parameter.',
      ],
      fails: 'if count(query-jobs) > 0 { print "busy" }\n',
      passes: 'if len(query-jobs) > 0 { print "busy" }\n',
    },
    'one-argument': {
      summary: '`len` takes one value.',
      story: ['`len` counts one list, one text or one object.'],
      fails: 'if len([1], [2]) > 1 { print "many" }\n',
      passes: 'if len([1, 2]) > 1 { print "many" }\n',
    },
    'unknown-query': {
      summary: 'The QEMU has no query of this name.',
      story: [
        'In a condition a word that begins with `query-` is a command, and its reply is the value. A storage daemon has few of them: no machine, so no `query-status`.',
      ],
      fails: 'expect len(query-job) == 0\n',
      passes: 'if len(query-jobs) == 0 { print "idle" }\n',
    },
    'unknown-type': {
      summary: 'There is no parameter type of this name.',
      story: [
        'The types are node, device, job, bitmap, path, size, duration, integer, boolean and string; words with `|` between them are a choice, and `[]` makes a list of any of them.',
      ],
      fails: 'param keep: intger = 4\n',
      passes: 'param keep: integer = 4\n',
    },
    'missing-parameter': {
      summary: 'A parameter has neither a default nor a value from the command line.',
      story: [
        'A run needs every parameter, before it sends anything: `qblk run FILE keep=4`. `qblk FILE.qblk --help` lists what a script takes.',
      ],
      fails: 'param keep: integer\nprint $keep\n',
      passes: 'param keep: integer = 4\nprint $keep\n',
      setting: { command: 'run' },
    },
    'nested-parameter': {
      summary: 'A `param` stands inside a block.',
      story: [
        'Parameters are what a script is given from outside, whatever happens inside. They stand at its head.',
      ],
      fails: 'if 1 == 1 {\n  param keep: integer = 4\n}\n',
      passes: 'param keep: integer = 4\n',
    },
    'repeated-parameter': {
      summary: 'Two parameters have one name.',
      story: ['`name=value` on the command line could mean either.'],
      fails: 'param keep: integer = 4\nparam keep: size = 1M\n',
      passes: 'param keep: integer = 4\nparam room: size = 1M\n',
    },
    'unknown-show': {
      summary: '`show` cannot show this.',
      story: [
        'It shows chain, nodes, jobs, bitmaps, exports and status, and of each only what is named behind it, as in `show chain disk0`.',
      ],
      fails: 'show chains\n',
      passes: 'show chain\n',
    },
    'show-what': {
      summary: '`show` does not say what to show.',
      story: ['A word follows it: chain, nodes, jobs, bitmaps, exports or status.'],
      fails: 'show\n',
      passes: 'show jobs\n',
    },
    'print-what': {
      summary: '`print` has nothing to print.',
      story: [
        'It prints its values one after the other, with a space between them. An empty line is `print ""`.',
      ],
      fails: 'print\n',
      passes: 'print "done at ${now}"\n',
    },
  },
};
