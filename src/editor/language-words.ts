/** A statement of the language's own, or a part of one, which no definition describes: the grammar knows it. */
export interface LanguageWord {
  readonly verb: string;
  /** One sentence in the imperative, without a full stop. */
  readonly summary: string;
  /** What more there is to know, in whole sentences. */
  readonly details?: string;
  /** How it is written, a form each. */
  readonly forms: readonly string[];
  /** A script that the checker accepts; for a word that is not carried out yet, one that the parser accepts. */
  readonly example: string;
  /** What to do instead, where this version reads the word and refuses to carry it out. */
  readonly notYet?: string;
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
      'A file name behind `=` and attributes such as `size=` say more of an image.',
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
      'and as `dropped` the files that left the chain; `wait event` the data of the event.',
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
    forms: ['proc NAME(PARAMETER: TYPE [= DEFAULT], …) { … }'],
    example: 'proc flatten(disk: node) { stream $disk }\n',
    notYet: 'write its statements where it would be called',
  },
  {
    verb: 'use',
    summary: 'Take in the procs of another file',
    forms: ['use "FILE"'],
    example: 'use "lib/rotate.qblk"\n',
    notYet: 'put the statements of that file into the script',
  },
  {
    verb: '@',
    summary: 'Send statements to another QEMU',
    forms: ['@TARGET STATEMENT', '@TARGET { … }'],
    example: '@dst query-status\n',
    notYet: 'run the statements of each QEMU as a script of its own',
  },
  {
    verb: '$',
    summary: 'Run a program of this host, without a shell',
    details: 'Words stay as written, `$name` and `${…}` apart; `\'…\'` and `"…"` quote.',
    forms: ['$ PROGRAM WORD …'],
    example: '$ qemu-img create -f qcow2 "e.qcow2" 39M\n',
    notYet: 'run it before or after the script',
  },
];
