/** A statement of the language's own, or a part of one, which no definition describes: the grammar knows it. */
export interface LanguageWord {
  readonly verb: string;
  /** One sentence in the imperative, without a full stop. */
  readonly summary: string;
  /** What more there is to know, in whole sentences. */
  readonly details?: string;
  /** How it is written, a form each. */
  readonly forms: readonly string[];
  /** A script that the checker accepts. */
  readonly example: string;
}

/** In the order of the reference. */
export const languageWords: readonly LanguageWord[] = [
  {
    verb: 'chain',
    summary: 'Say what the script starts from, base first',
    details:
      'The left image is the base, the right one the active layer. The line is checked against the QEMU before anything is sent, it is the recipe for a sandbox, and it binds its names. ' +
      "With a device the names bind by position, so a script has its own names for any guest's images; without one they are node-names. " +
      '`...` stands for any number of images, none included, and `older...` names them, base first: `$older[-1]` is the uppermost. ' +
      'A file name behind `=` and attributes such as `size=` say more of an image; `empty=on` is for one that holds no data in a sandbox.',
    forms: [
      'chain [DEVICE:] A <- B <- … <- D',
      'chain [DEVICE:] A <- NAME... <- D',
      'chain A="a.qcow2" <- B size=64M format=qcow2',
    ],
    example: 'chain disk0: base <- older... <- active\nprint "${active.filename}"\n',
  },
  {
    verb: 'param',
    summary: 'Declare a value that the user gives as name=value',
    details:
      'A parameter without a default has to be given. Types are node, device, job, bitmap, path, size, duration, integer, boolean, string, a choice of words such as `full|top`, ' +
      'and lists of them such as `device[]`, given as `a,b`. Its documentation is the text behind it, or the `##` lines directly above it. ' +
      "In a sandbox a device that was not given is the sandbox's disk.",
    forms: ['param NAME: TYPE [= DEFAULT] ["what it is"]'],
    example: 'param speed: size = 0 "bytes per second; 0 is unlimited"\nprint "at most ${speed} a second"\n',
  },
  {
    verb: 'let',
    summary: 'Name a value, or what a statement leaves',
    details:
      'A word behind `=` begins a statement, so text is quoted. A query leaves its reply; a job statement its last `query-jobs` record, ' +
      'as `dropped` the files that left the chain, and as `left` the nodes that did and are still open, uppermost first; `wait event` the data of the event.',
    forms: ['let NAME = STATEMENT', 'let NAME = VALUE'],
    example: 'let jobs = query-jobs\nif len($jobs) > 0 { print "the first is ${jobs[0].id}" }\n',
  },
  {
    verb: 'expect',
    summary: 'Fail unless something holds now',
    details:
      'It asks once; `wait` asks until the condition holds. `expect error` sends its statement past the checker and fails unless QEMU refuses it, or its job fails, with that text in the reason.',
    forms: ['expect CONDITION', 'expect error ["text"] from STATEMENT'],
    example:
      'chain disk0: A <- B\nexpect chain disk0: A <- B\nexpect no jobs\nexpect error "not found" from job-cancel id=nobody\n',
  },
  {
    verb: 'wait',
    summary: 'Go on once a condition holds, a job is there, or an event came',
    details:
      '`wait JOB` waits for the end of a started job, reads its verdict and lets go of it; with `ready` it only waits until the job can be pivoted. `wait all` does so for every job. ' +
      '`wait event` takes the first event that nobody has taken yet, so one that overtakes the reply of its command is not missed.',
    forms: [
      'wait CONDITION [within DURATION]',
      'wait JOB [ready|pending|concluded] [within DURATION]',
      'wait all [within DURATION]',
      'wait event NAME [where KEY=VALUE …] [within DURATION]',
    ],
    example:
      'chain disk0: A <- B\nstart mirror B target=E filename=e.qcow2 sync=full job-id=m0\nwait m0 ready within 1m\ncancel m0\nwait no jobs within 10s\n',
  },
  {
    verb: 'start',
    summary: 'Start a job and go on',
    details:
      'The statement has no ending: what is to become of the job is said later, by `wait`, `pivot` or `cancel`. `job-id=` gives the job the name that those want.',
    forms: ['start STATEMENT'],
    example: 'chain disk0: A <- B\nstart commit B base=A job-id=c0\npivot c0\n',
  },
  {
    verb: 'transaction',
    summary: 'Carry out several statements as one command, all or none',
    details:
      'Each statement inside is an action: `snapshot`, `backup`, `bitmap …`, or an action under its QMP name. `for`, `if` and procedures inside are unrolled, and a later action sees what an earlier one makes. ' +
      'What a statement makes first, such as the image behind `filename=`, is made before the command is sent. ' +
      'It waits for all of its jobs; `start transaction` goes on at once. With `completion-mode=grouped` its jobs all succeed, or the others are cancelled; then every action has to be a job. ' +
      'Where QEMU refuses an action nothing is changed, but files that were made stay.',
    forms: [
      'transaction [completion-mode=grouped] { … } [within DURATION [else cancel]]',
      'start transaction [completion-mode=grouped] { … }',
    ],
    example:
      'chain disk0: A\nchain disk1: X\ntransaction completion-mode=grouped {\n  backup A target=E filename=e.qcow2 sync=full\n  backup X target=F filename=f.qcow2 sync=full\n} within 1h\n',
  },
  {
    verb: 'then',
    summary: 'Say how a job ends that does not end by itself',
    details:
      '`pivot` completes the job once it is ready: the guest moves to the target of a mirror, or to the base of a commit. `cancel` ends it once it is ready and leaves the guest where it is: ' +
      "a mirror's target is then a copy as of that moment. Such a job needs one of them, unless it is started.",
    forms: ['STATEMENT then pivot', 'STATEMENT then cancel'],
    example: 'chain disk0: A <- B\ncommit B base=A then pivot\nexpect chain disk0: A\n',
  },
  {
    verb: 'within',
    summary: 'Fail a statement that takes longer',
    details:
      'The job is left running, unless `else cancel` says to break it off; the statement fails either way.',
    forms: ['STATEMENT within DURATION', 'STATEMENT within DURATION else cancel'],
    example:
      'chain disk0: A <- B\nmirror B target=E filename=e.qcow2 sync=full then pivot within 1h else cancel\n',
  },
  {
    verb: 'if',
    summary: 'Run statements only where something holds',
    details: 'A plan follows both ways where only the run will show which one it is.',
    forms: ['if CONDITION { … } [else if CONDITION { … }] [else { … }]'],
    example: 'if len(query-jobs) > 0 { show jobs } else { print "no job runs" }\n',
  },
  {
    verb: 'for',
    summary: 'Run statements for each item of a list',
    forms: ['for NAME in LIST { … }'],
    example: 'for node in query-named-block-nodes { print "${node.node-name}" }\n',
  },
  {
    verb: 'else',
    summary: 'Go on with other statements where one fails',
    details:
      'The block runs when QEMU refuses the statement, its job fails, an expectation is not met or the time is over; `$error` is the reason. A mistake in the script itself is not caught.',
    forms: ['STATEMENT else { … }'],
    example: 'expect status running else { print "going on without the guest: ${error}" }\n',
  },
  {
    verb: 'defer',
    summary: 'Run a statement when the script ends, however it ends',
    details: 'The last deferred runs first.',
    forms: ['defer STATEMENT'],
    example: 'create E filename=e.qcow2 size=64M\ndefer del E\n',
  },
  {
    verb: 'print',
    summary: 'Print text and values',
    forms: ['print VALUE …'],
    example: 'let jobs = query-jobs\nprint "at ${now}:" $jobs\n',
  },
  {
    verb: 'show',
    summary: 'Print what the QEMU has',
    details: 'A name narrows it to one device, node, job, bitmap or export.',
    forms: ['show chain|nodes|jobs|bitmaps|exports|status [NAME]'],
    example: 'show chain\nshow jobs\n',
  },
  {
    verb: 'fail',
    summary: 'Stop the script, as a failed expectation does',
    forms: ['fail "why"'],
    example: 'if len(query-jobs) > 5 { fail "too many jobs" }\n',
  },
  {
    verb: 'proc',
    summary: 'Name statements, to call them as a verb',
    details:
      'A call is a line like any other: the first word is the first parameter, the others are `key=value`. Types are those of `param`, and a default may use the parameters before it. ' +
      "The body sees the names at the top of the script and its own parameters, not the names around the call; what a `chain` binds in it ends with the call. A procedure is known in the whole script, above it and below, and may not come back to itself. It gives nothing back, so `let` can't keep it. " +
      '`within` behind a call bounds every wait inside. `##` lines directly above it are its documentation: `qblk FILE --help` shows them.',
    forms: ['proc NAME(PARAMETER: TYPE [= DEFAULT], …) { … }'],
    example: 'chain disk0: A <- B <- C\nflatten C\nproc flatten(disk: node) { stream $disk }\n',
  },
  {
    verb: 'use',
    summary: 'Take in the procs of another file',
    details:
      'The path is meant from the folder of the file that says it, and from the working folder for `-` and `-c`. A used file holds `proc`, `use` and comments only. ' +
      'Its procedures see their own parameters and `$now`, nothing of the script. All names are known together: two procedures with one name are an error.',
    forms: ['use "FILE"'],
    example: 'use "lib/rotate.qblk"\n',
  },
  {
    verb: 'target',
    summary: 'Declare one of several QEMUs, for `@NAME` before a statement',
    details:
      'The lines head the script. `--target NAME=URI` binds each to a QEMU that runs; `--sandbox` starts one for each, from its own `chain` lines and in a folder under its name. ' +
      '`@NAME` stands before whatever is for that QEMU, or before a block of it. Node names are those of each QEMU, variables those of the script. ' +
      '`incoming=on` is for a QEMU that waits for a guest, started with `-incoming defer`.',
    forms: ['target NAME ["what it is"] [incoming=on]'],
    example:
      'target src\ntarget dst "where the guest goes" incoming=on\n\n@src chain disk0: A <- B\n@dst chain disk0: E empty=on\n@dst {\n  migrate-incoming uri=unix:migrate.sock\n}\n',
  },
  {
    verb: '$',
    summary: 'Run a program of this host, without a shell',
    details:
      'Words stay as written to the end of the line, `$name` and `${…}` apart; `\'…\'` and `"…"` quote, and each is one word of the command line whatever it holds. ' +
      'It runs in the folder of a sandbox, else in the working folder; with several sandboxes in the one around theirs. What it prints is the output, or what `let` keeps; an exit status other than 0 fails the statement. ' +
      'qemu-img, qemu-io and qemu-nbd may be run, in a sandbox plain programs for files too (rm, cp, mv, ls, cat, …) inside its folder; any other needs `--allow-exec NAME`. ' +
      'A program that would change an image that QEMU has open is refused. `within` and `else` are words of the program here: put the line into a `proc`, and them behind its call.',
    forms: ['$ PROGRAM WORD …'],
    example:
      '$ qemu-img create -f qcow2 "e.qcow2" 39M\nlet said = $ qemu-img info e.qcow2\nexpect "39 MiB" in $said\n',
  },
  {
    verb: 'io',
    summary: "Read or write a sandbox's disk as its guest would",
    details:
      'Each text is a command of qemu-io: read, write, discard or flush. `read -P BYTE` fails where the data are other, and `read -v` prints them. ' +
      'The disk is a device or a node; of a node that others lie over, only reads make sense. For sandboxes alone.',
    forms: ['io DISK "COMMAND" …'],
    example: 'chain disk0: A <- B\nio B "write -P 7 0 64K" "read -P 7 0 64K"\n',
  },
  {
    verb: 'restart',
    summary: "End a sandbox's QEMU and start it again on its disks",
    details:
      'Jobs are given up first, and QEMU ends in order. The chain that each disk has by then is opened again, by the names of its files and under the names of its nodes; names stay bound. ' +
      'What was beside the chains is gone: other nodes, exports, the NBD server, bitmaps that are not persistent.',
    forms: ['restart'],
    example: 'chain disk0: A <- B\nbitmap add B name=b0 persistent=on\nrestart\n',
  },
];
