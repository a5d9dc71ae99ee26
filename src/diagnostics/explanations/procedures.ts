import type { Theme } from './explanation.ts';

/** Procedures, their calls, and the files that have them. */
export const procedures: Theme = {
  title: 'Procedures and used files',
  explanations: {
    'procedure-name-taken': {
      summary: 'A procedure has the name of a statement, a QMP command or a word of the language.',
      story: [
        'Every command of the connected QEMU is a statement under its own name. Were a procedure to take that name, a line that reads like `block-commit` would do something else, in the script that uses the file and in all that are pasted into it.',
      ],
      fails: 'proc stream(disk: node) { print "not streamed" }\n',
      passes: 'proc flatten(disk: node) { stream $disk }\n',
    },
    'repeated-procedure': {
      summary: 'Two procedures have one name.',
      story: [
        'A script and all the files that it uses have their procedures in common, so that a call means the same wherever it stands. Which of two would be meant, nobody can tell from the line.',
      ],
      fails: 'proc flatten(disk: node) { stream $disk }\nproc flatten(disk: node) { commit $disk }\n',
      passes: 'proc flatten(disk: node) { stream $disk }\nproc merge(disk: node) { commit $disk }\n',
    },
    'nested-procedure': {
      summary: 'A `proc` or a `use` stands inside a block.',
      story: [
        'A procedure is known in the whole script, above the line that declares it and below. Inside an `if` it would look as if it were known only sometimes.',
      ],
      fails: 'if status running {\n  proc look() { show chain }\n  look\n}\n',
      passes: 'proc look() { show chain }\nif status running {\n  look\n}\n',
    },
    'recursive-procedure': {
      summary: 'A procedure calls itself, directly or through others.',
      story: [
        'Everything that a script will do is shown before the first byte is sent, and what calls itself has no end that could be shown. What goes on along a list is a `for`.',
      ],
      fails: 'proc merge(top: node) { commit $top; merge $top }\n',
      passes: 'proc merge(images: node[]) {\n  for image in $images { commit $image }\n}\n',
    },
    'too-many-calls': {
      summary: 'Procedures are called more than 10000 times, or more than 64 deep.',
      story: [
        'A few procedures that each call the next one ten times make more calls than anybody can follow. Such a script has no plan that can be read, so it is refused before it fills the memory.',
      ],
      fails:
        'proc a() { b; b; b; b; b; b; b; b; b; b }\nproc b() { c; c; c; c; c; c; c; c; c; c }\nproc c() { d; d; d; d; d; d; d; d; d; d }\nproc d() { e; e; e; e; e; e; e; e; e; e }\nproc e() { let x = 1 }\na\n',
      passes: 'proc a() { b; b }\nproc b() { let x = 1 }\na\n',
    },
    'nothing-given': {
      summary: '`let` is given the call of a procedure, which has no value.',
      story: [
        'A procedure does something and gives nothing back: it may start several jobs, or none. What it changed is on the QEMU, and a query reads it from there.',
      ],
      fails: 'proc look() { show chain }\nlet x = look\n',
      passes: 'proc look() { show chain }\nlook\nlet x = query-named-block-nodes\n',
    },
    'cancel-around-call': {
      summary: '`within … else cancel` stands behind the call of a procedure.',
      story: [
        '`within` behind a call bounds every wait inside it. But `else cancel` ends the one job that a statement has started, and a procedure may have several: some are over by then, others were started and left. Which are to go is said inside it.',
      ],
      fails:
        'chain disk0: A <- B\nproc flatten(disk: node) { stream $disk }\nflatten B within 1m else cancel\n',
      passes:
        'chain disk0: A <- B\nproc flatten(disk: node) { stream $disk within 1m else cancel }\nflatten B\n',
    },
    'cannot-use': {
      summary: 'A file that the script uses cannot be read.',
      story: [
        'The path behind `use` is meant from the folder of the file that says it, so that a script and its library can be moved together; for a script on standard input or in `-c` it is meant from the working folder. The file has to be a regular one, in UTF-8.',
        'All files are read before anything is checked, so the path is written out: a value is only known later.',
      ],
      fails: 'use "lib/no-such-file.qblk"\n',
      passes: 'proc flatten(disk: node) { stream $disk }\n',
    },
    'use-cycle': {
      summary: 'Files use each other in a circle, or one uses itself.',
      story: [
        'What two files both need belongs into a third that uses neither. A file that several others use is read once.',
      ],
      fails: 'use "itself.qblk"\n',
      passes: 'use "common.qblk"\n',
      setting: { command: 'elsewhere' },
    },
    'used-twice': {
      summary: 'A file uses another one twice.',
      story: ['The second line changes nothing: what the file has is known in the whole script already.'],
      fails: 'use "lib/rotate.qblk"\nuse "./lib/rotate.qblk"\n',
      passes: 'use "lib/rotate.qblk"\n',
      setting: { command: 'elsewhere' },
    },
    'not-for-use': {
      summary: 'A file that is used holds more than procedures.',
      story: [
        'A `use` line takes in procedures and carries nothing out. A used file with statements of its own looks as if they were run; a script that is to be run by others is a `proc` of theirs.',
      ],
      fails: 'chain disk0: A <- B\nproc flatten(disk: node) { stream $disk }\n',
      passes: 'proc flatten(disk: node) { stream $disk }\n',
      setting: { command: 'elsewhere' },
    },
  },
};
