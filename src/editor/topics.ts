/** Something of the language that belongs to no single statement. */
export interface Topic {
  readonly name: string;
  /** A noun phrase of a few words. */
  readonly summary: string;
  /** Whole sentences, a paragraph each. */
  readonly paragraphs: readonly string[];
  /** How things are written, and what each means. */
  readonly forms: readonly (readonly [form: string, meaning: string])[];
  /** A script that the checker accepts. */
  readonly example: string;
}

/** In the order of the reference. */
export const topics: readonly Topic[] = [
  {
    name: 'values',
    summary: 'Words, strings, numbers, sizes, durations and references',
    paragraphs: [
      'The parameter that takes a value decides what a bare word is; in QMP arguments the schema of the QEMU does. In expressions and after `print` its shape does.',
      'After `key=` a bare value runs to white space, `;`, a quotation mark, a bracket of any kind, `$`, `<`, `>`, `|` or `\\`, and there are no spaces around that `=`. Elsewhere a word holds letters, digits, `- _ . / @ % + ~` and, with text on both sides, a colon. What holds anything else is quoted.',
      'Dotted keys nest, as in the `-blockdev` option: `file.driver=file file.filename=e.qcow2`. A statement ends at the end of its line or at `;`; a `\\` at the end of a line continues it. `#` begins a comment at the start of a line or after white space.',
      'A node that a `chain`, `create`, `add` or `filename=` has named is a value: where a node is wanted its name is enough; elsewhere `$A` is its node-name, and `$A.filename` and `$A.size` are as last seen and outlive the node. `$now` is when the run began, such as 20260501T0300Z.',
    ],
    forms: [
      ['node-D, e.qcow2', 'a word'],
      ['"two words"', 'a string with the escapes of JSON; `\\$` is a dollar'],
      ['"${dir}/${now}.qcow2"', 'a string with values in it; only strings interpolate'],
      ['42, -1, 0x10', 'an integer, exact up to 64 bits'],
      ['64K, 1.5M, 2G', 'a size in bytes, binary as in qemu-img; suffixes K M G T P E'],
      ['500ms, 30s, 10m, 2h, 1d', 'a duration; the unit is never left out'],
      ['true, false, on, off', 'a boolean'],
      ['null', 'nothing; also what a missing field or item is'],
      ['[b0, b1]', 'a list, which may go over lines'],
      ['{"driver": "qcow2"}', 'a JSON object, which may go over lines and end in a comma'],
      ['$name, $name.field', 'what a parameter, `let`, `for` or `chain` has named, or a field of it'],
      ['$list[0], $list[-1]', 'an item, from either end'],
      ['$nodes["D"]', 'an item by its own name'],
    ],
    example:
      'let size = 64M\ncreate X filename="my disk.qcow2" size=$size\nprint "${size} bytes in" $X.filename\ndel X\nblockdev-add driver=raw node-name=Y file.driver=null-co file.size=1G\nblockdev-del node-name=Y\n',
  },
  {
    name: 'conditions',
    summary: 'What `expect`, `wait` and `if` take',
    paragraphs: [
      '`expect` asks once, `wait` until the condition holds, `if` to choose a way. In expressions a command whose name begins with `query-` is its reply, and a field of it may follow: `query-status.status`.',
      'From weakest to strongest: `or`, `and`, `not`, the comparisons, which group to the left. What is missing is null, and null is false.',
      '`identical` is a `qemu-img compare` that also wants both to be equally long. The format of a file is the one that QEMU last had it open in, else what its name ends in says: `.qcow2`, `.raw`, `.img` for raw; it is never looked for in the data.',
    ],
    forms: [
      ['chain disk0: A <- B', 'the chain is exactly this one'],
      ['no jobs', 'QEMU lists no job'],
      ['job J ready', 'the job is in this state; ready includes standby'],
      ['status running', 'the machine is in this state'],
      ['A == B, !=, <, <=, >, >=', 'two values compare so'],
      ['A in LIST, A not in LIST', 'a list has the item, or a text the part'],
      ['not A, A and B, A or B, ( … )', 'as one reads them'],
      ['len(A)', 'how many items a list has'],
      [
        'identical "b.qcow2" "e.qcow2"',
        'a guest finds the same in two files that QEMU does not hold open: as long, and every byte equal; holes may lie elsewhere',
      ],
    ],
    example:
      'if status running { print "the guest runs" } else { print "the guest is held" }\nexpect query-status.status != "internal-error" and not len(query-jobs) > 9\nwait no jobs within 10s\n',
  },
  {
    name: 'jobs',
    summary: 'How statements start jobs, wait for them and end them',
    paragraphs: [
      'A statement that starts a job waits for its end, reads its verdict and dismisses it. `start` sends it and goes on.',
      'A mirror and a commit of the active layer stop at READY and never end by themselves: `then pivot` or `then cancel` says how they end. A backup with `sync=none` never ends and has to be started.',
      '`job-id=` names the job; otherwise it is called after its type, such as commit0. A job that stops short, paused by an error or pending, fails its statement and is left as it is: a script never hangs on one.',
      'The rest is in QMP: `job-pause id=J`, `job-resume id=J`, `block-job-set-speed device=J speed=10M`.',
    ],
    forms: [
      ['STATEMENT then pivot', 'complete it when it is ready'],
      ['STATEMENT then cancel', 'end it when it is ready, without moving the guest'],
      ['start STATEMENT', 'go on while it runs'],
      ['wait J ready', 'until it can be pivoted or cancelled'],
      ['wait J', 'until it has ended; fails if it failed'],
      ['wait all', 'the same for every job'],
      ['pivot J, cancel J', 'end a started job'],
    ],
    example:
      'chain disk0: A <- B\nstart mirror B target=E filename=e.qcow2 sync=full job-id=m0\nblock-job-set-speed device=m0 speed=100M\nwait m0 ready within 1h\npivot m0\n',
  },
  {
    name: 'failure',
    summary: 'What happens when a statement fails',
    paragraphs: [
      'A statement fails when QEMU refuses it, its job fails, its expectation is not met, or its time is over. The script then stops, and what was deferred runs, the last deferred first.',
      'With `else { … }` behind the statement the block runs instead, with the reason as `$error`, and the script goes on. A mistake of the script is no failure: everything that can be known is checked before the first command is sent.',
    ],
    forms: [
      ['STATEMENT else { … }', 'go on with the block'],
      ['within 30s else cancel', 'also break the job off when its time is over'],
      ['expect error "text" from STATEMENT', 'fail unless the statement fails so'],
      ['fail "why"', 'stop here'],
      ['defer STATEMENT', 'run it when the script ends'],
    ],
    example:
      'chain disk0: A <- B\ncreate E filename=e.qcow2 size=64M\ndefer del E\nbackup B target=E sync=full within 10m else cancel else {\n  print "no backup: ${error}"\n  fail "try again later"\n}\n',
  },
  {
    name: 'qmp',
    summary: 'Commands under their QMP names, and pasting from documents',
    paragraphs: [
      "Every command of the QEMU's own schema is a statement, with its arguments as key=value or as an object. It is checked against the schema, and sent exactly as written: qblk adds nothing to it. A command that starts, completes, cancels or finalizes a job then waits until the job rests.",
      'What QEMU documents and terminals print can be pasted as it is. Prompts are skipped, and so are replies, events and the echo that the qmp-shell prints behind a command, so each command runs once.',
    ],
    forms: [
      ['query-block-jobs', 'a command'],
      ['block-commit device=D top=C job-id=j0', 'a command with arguments'],
      ['{"execute": "query-jobs"}', 'a command as the monitor takes it'],
      ['(QEMU) query-jobs', 'typed at the prompt of the qmp-shell'],
      ['-> {"execute": "query-jobs"}', "as QEMU's documents show it"],
      ['<- {"return": []}', 'a reply: skipped'],
      ['{"timestamp": …}', 'an event: skipped'],
    ],
    example:
      'query-status\n(QEMU) query-block-jobs\n-> {"execute": "query-jobs"}\n<- {"return": []}\n{"execute": "query-named-block-nodes", "arguments": {"flat": true}}\n',
  },
];
