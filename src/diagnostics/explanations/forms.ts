import type { Theme } from './explanation.ts';

/** The forms of statements: what stands where, and what is left over. */
export const forms: Theme = {
  title: 'The form of a statement',
  explanations: {
    'statement-expected': {
      summary: 'A value stands where a statement should begin.',
      story: ['A statement begins with a verb. A value alone does nothing; `print` shows it.'],
      fails: '"done"\n',
      passes: 'print "done"\n',
    },
    'argument-without-verb': {
      summary: 'A line begins with `key=value`.',
      story: [
        'A newline ends a statement, so arguments on the next line belong to no verb; a `\\` at the end of a line continues it. And a variable is not set as in a shell: it is `let name = value`.',
      ],
      fails: 'chain disk0: A <- B <- C\ncommit B\n  base=A\n',
      passes: 'chain disk0: A <- B <- C\ncommit B \\\n  base=A\n',
    },
    'unexpected-text': {
      summary: 'Something stands here that does not belong to the statement, or something else had to come.',
      story: [
        'The statement was complete, or something else had to come next. Often two statements ended up on one line, or text with spaces in it lacks its quotes.',
      ],
      fails: 'expect no bitmaps\n',
      passes: 'expect no jobs\n',
    },
    'misplaced-argument': {
      summary: 'An argument stands where none can.',
      story: [
        'The order in a statement is the order in which things happen: the verb, its arguments, how it ends (`then pivot`), how long that may take (`within 10m`).',
      ],
      fails: 'chain disk0: A <- B\ncommit B then pivot base=A\n',
      passes: 'chain disk0: A <- B\ncommit B base=A then pivot\n',
    },
    'misplaced-colon': {
      summary: 'A `:` separates nothing here, or has no space behind it.',
      story: [
        "A `:` inside a word belongs to the word, since QMP's own values hold colons: `nbd:localhost:10809`. One that separates the device from its chain, or a parameter from its type, is followed by a space.",
      ],
      fails: 'param disk: device = disk0\nchain $disk:A <- B\n',
      passes: 'param disk: device = disk0\nchain $disk: A <- B\n',
    },
    'misplaced-arrow': {
      summary: 'A `<-` stands outside a chain.',
      story: [
        "The arrow is that of QEMU's documents: it points from an overlay to what lies below it. It draws chains, in `chain`, `expect chain`, `wait chain` and `if chain`; an operation names its images by arguments instead.",
      ],
      fails: 'commit A <- B\n',
      passes: 'chain disk0: A <- B <- C\ncommit top=B base=A\n',
    },
    'misplaced-prompt': {
      summary: 'A prompt, `(QEMU)` or `->`, stands in the middle of a line.',
      story: [
        'Prompts at the beginning of a line are skipped, so that examples can be pasted from documents as they are. In the middle of a line two commands have run together.',
      ],
      fails: 'query-jobs (QEMU) query-block-jobs\n',
      passes: '(QEMU) query-jobs\n(QEMU) query-block-jobs\n',
    },
    'misplaced-else': {
      summary: 'An `else` begins a line.',
      story: [
        'A newline ends a statement, an `if` as well. What follows on the next line would be a statement of its own, so `else` stands on the line of the `}` before it.',
      ],
      fails: 'if len(query-jobs) == 0 {\n  print "idle"\n}\nelse {\n  print "busy"\n}\n',
      passes: 'if len(query-jobs) == 0 {\n  print "idle"\n} else {\n  print "busy"\n}\n',
    },
    'misplaced-ending': {
      summary: '`then` or `within` begins a statement.',
      story: [
        'Both belong to the statement before them and stand on its line: `commit D base=A then pivot within 10m`. They are no keywords elsewhere; a node of that name is written in quotes.',
      ],
      fails: 'chain disk0: A <- B <- C\ncommit B base=A\nwithin 10m\n',
      passes: 'chain disk0: A <- B <- C\ncommit B base=A within 10m\n',
    },
    'block-without-statement': {
      summary: 'A block stands alone.',
      story: [
        'A block belongs to what decides whether, how often or where it runs: `if`, `for`, `else`. Statements that simply follow each other need no braces.',
      ],
      fails: '{ query-jobs }\n',
      passes: 'if 1 == 1 { query-jobs }\n',
    },
    'call-as-statement': {
      summary: 'A statement is written like a function call.',
      story: [
        'Verbs take their arguments without parentheses: a first word without a key, then `key=value`. Parentheses only group conditions, and `len(…)` counts.',
      ],
      fails: 'commit(top=B, base=A)\n',
      passes: 'chain disk0: A <- B <- C\ncommit top=B base=A\n',
    },
    'let-form': {
      summary: 'A `let` is not written as `let name = value`.',
      story: [
        'The ` = ` of a `let` has spaces, because a whole statement may stand behind it: `let done = commit B base=A` keeps the reply, or the record of the finished job. Without spaces `x=5` is an argument.',
      ],
      fails: 'let speed=10M\n',
      passes: 'let speed = 10M\n',
    },
    'default-form': {
      summary: 'The default of a parameter stands behind an `=` without spaces.',
      story: ['Without spaces `integer=4` reads as an argument. A default stands behind ` = `.'],
      fails: 'param keep: integer=4\n',
      passes: 'param keep: integer = 4\n',
    },
    'statement-not-allowed': {
      summary: 'A statement stands behind `let`, `defer` or `from` that cannot be there.',
      story: [
        'Behind `let` stands a statement that has a reply, behind `defer` and `expect error … from` one that does something to QEMU. Declarations and further wrappings have a line of their own.',
      ],
      fails: 'let done = let other = query-jobs\n',
      passes: 'let done = query-jobs\n',
    },
    'start-form': {
      summary: '`start` is followed by no statement that starts a job.',
      story: [
        '`start` sends a statement that has a job and goes on while the job runs: a stream, commit, mirror, backup or create. `wait`, `pivot` and `cancel` come back to it later.',
      ],
      fails: 'start\n',
      passes: 'chain disk0: A <- B <- C\nstart stream C job-id=s0\nwait s0\n',
    },
    'json-key': {
      summary: 'A key of a JSON object is no plain quoted text.',
      story: [
        'Objects are JSON, so that they can be copied from and to a monitor without a change. Their keys are quoted, and hold no `${…}`.',
      ],
      fails: 'blockdev-add node-name=Z driver=raw file={"driver": "null-co", size: 1048576}\n',
      passes: 'blockdev-add node-name=Z driver=raw file={"driver": "null-co", "size": 1048576}\n',
    },
    'raw-key': {
      summary: 'An object with "execute" has a member that no QMP command has.',
      story: [
        'The monitor takes "execute" (or "exec-oob"), "arguments", "id" and "control". The commonest slip is "argument" without its s, which QEMU would answer with an error about "QMP input member".',
      ],
      fails: '{"execute": "query-block", "argument": {}}\n',
      passes: '{"execute": "query-block", "arguments": {}}\n',
    },
    'raw-without-command': {
      summary: 'An object stands as a statement and executes nothing.',
      story: [
        'An object is a statement when it is a command as the monitor takes it. Replies and events that were pasted along with it are skipped; anything else was meant to be a value.',
      ],
      fails: '{"arguments": {"flat": true}}\n',
      passes: '{"execute": "query-named-block-nodes", "arguments": {"flat": true}}\n',
    },
    'index-of-word': {
      summary: 'An index `[…]` stands behind a plain word.',
      story: [
        'Items belong to a variable or to the reply of a query. A bare word is just itself, so `older[0]` has no items while `$older[0]` has.',
      ],
      fails: 'let list = [4, 5]\nif list[0] == 4 { print "four" }\n',
      passes: 'let list = [4, 5]\nif $list[0] == 4 { print "four" }\n',
    },
    'shell-operator': {
      summary: 'A `$` line holds a pipe, a redirection or another word of a shell.',
      story: [
        'No shell reads a `$` line. That is on purpose: a file name with a space, a `;` or a `$(…)` in it stays a file name. A pipe would be passed on as an argument, so it is refused.',
      ],
      fails: '$ qemu-img info a.qcow2 | grep size\n',
      passes: 'print "qemu-img info a.qcow2 | grep size, in a shell"\n',
    },
  },
};
