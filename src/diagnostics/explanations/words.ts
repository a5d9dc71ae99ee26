import type { Theme } from './explanation.ts';

/** Verbs, arguments, endings: words that are not known, missing, or idle. */
export const words: Theme = {
  title: 'Verbs, arguments and endings',
  explanations: {
    'unknown-verb': {
      summary: 'The first word is neither a statement of the language nor a QMP command.',
      story: [
        'Every command of the connected QEMU is a statement under its own name, beside the few verbs of the language. `qblk help` lists the verbs, `qblk schema` the commands of a QEMU. A few verbs have two words, such as `bitmap add`.',
      ],
      fails: 'chain disk0: A <- B <- C\ncomit B base=A\n',
      passes: 'chain disk0: A <- B <- C\ncommit B base=A\n',
    },
    'unknown-command': {
      summary: 'This QEMU does not have the command; another version or program does.',
      story: [
        'Commands come and go with versions, and a storage daemon has only those of the block layer: no machine, no devices, no migration. qblk asks the QEMU itself what it has, since distributions take new commands back into old versions.',
      ],
      fails: 'system_reset\n',
      passes: 'query-named-block-nodes\n',
      setting: { program: 'storage-daemon' },
    },
    'unknown-argument': {
      summary: 'The statement, or the command of this QEMU, has no such argument.',
      story: [
        "Statements use short names (`base`, `top`, `target`) and pass on every other argument that their command has in the QEMU's own schema. QEMU would refuse a wrong one with `Parameter 'x' is unexpected`, in the middle of the script; here it is said before anything is sent.",
      ],
      fails: 'chain disk0: A <- B <- C\ncommit B bsae=A\n',
      passes: 'chain disk0: A <- B <- C\ncommit B base=A\n',
    },
    'repeated-argument': {
      summary: 'An argument is given twice.',
      story: [
        'In JSON the later of two equal keys wins silently. A script that says two different things is wrong in one of them, and qblk does not choose. The first word counts as well: `commit B` has already said `top=B`.',
      ],
      fails: 'chain disk0: A <- B <- C\ncommit B base=A base=A\n',
      passes: 'chain disk0: A <- B <- C\ncommit B base=A\n',
    },
    'missing-argument': {
      summary: 'The statement, or the command, needs an argument that is not given.',
      story: [
        'What has a sensible default may be left out; an image, a file name or what to copy is never guessed. `qblk help VERB` and `qblk schema COMMAND` say which arguments are needed.',
      ],
      fails: 'chain disk0: A <- B\nmirror B target=E filename=e.qcow2 then pivot\n',
      passes: 'chain disk0: A <- B\nmirror B target=E filename=e.qcow2 sync=full then pivot\n',
    },
    'unexpected-word': {
      summary: 'A word without a key is one too many.',
      story: [
        'Only the first word of a statement goes without a key: it is what the statement is about. A second one could mean anything, so it says what it is: `base=A`. QMP commands have no such first word.',
      ],
      fails: 'chain disk0: A <- B <- C\ncommit B A\n',
      passes: 'chain disk0: A <- B <- C\ncommit B base=A\n',
    },
    'unknown-ending': {
      summary: 'The statement does not end that way.',
      story: [
        "QEMU's command for moving the guest is block-job-complete, libvirt's word is pivot. The language says `then pivot`, since a cancel at READY makes the copy complete too, and leaves the guest where it is: that is `then cancel`.",
      ],
      fails: 'chain disk0: A <- B\ncommit B base=A then complete\n',
      passes: 'chain disk0: A <- B\ncommit B base=A then pivot\n',
    },
    'ending-without-effect': {
      summary: 'The job ends by itself, so the ending does nothing.',
      story: [
        'Only jobs that stop at READY have an ending: a mirror, and a commit of the active layer. A stream, a backup, and a commit of an image below the active layer are done when they are done. Nothing pivots, and the outcome is the same; the ending only misleads the reader.',
      ],
      fails: 'chain disk0: A <- B <- C\ncommit B base=A then pivot\n',
      passes: 'chain disk0: A <- B <- C\ncommit B base=A\n',
    },
    'needs-ending': {
      summary: 'The job stops at READY and never ends by itself.',
      story: [
        'A mirror keeps source and target alike for as long as it runs, and so does a commit of the active layer, since the guest goes on writing. At READY QEMU waits to be told: complete it, and the guest moves to the other image, or cancel it, and the guest stays.',
        'A script that waited for its end would wait for ever; one that just stopped would leave the job behind, still copying every write. So the statement says how it ends.',
      ],
      fails: 'chain disk0: A <- B\ncommit B base=A\n',
      passes: 'chain disk0: A <- B\ncommit B base=A then pivot\n',
    },
    'must-be-started': {
      summary: 'The job never ends by itself and has no ending, so the statement would never be done.',
      story: [
        'A backup with `sync=none` copies old data out of the way for as long as it runs, so that somebody can read the disk as of that moment. One with `auto-finalize=false` stops before its end until it is told. Start them, do what they are for, and end them.',
      ],
      fails:
        'chain disk0: A <- B\ncreate E filename=e.qcow2 size=64M backing=B\nbackup B target=E sync=none\n',
      passes:
        'chain disk0: A <- B\ncreate E filename=e.qcow2 size=64M backing=B\nstart backup B target=E sync=none job-id=fleece\ncancel fleece force=on\n',
    },
    'started-with-ending': {
      summary: 'A started statement says how it ends.',
      story: [
        '`start` sends the command and goes on with the next line, so nobody is there to end the job when it is ready. Either leave `start` out, or end the job later with `pivot JOB` or `cancel JOB`.',
      ],
      fails: 'chain disk0: A <- B\nstart commit B base=A then pivot\n',
      passes: 'chain disk0: A <- B\nstart commit B base=A job-id=c0\nwait c0 ready\npivot c0\n',
    },
    'nothing-to-start': {
      summary: '`start` stands before something that has no job, or that is sent as it is.',
      story: [
        'A snapshot, a resize or an add is done when QEMU answers. A command under its QMP name is sent exactly as written and then followed until its job rests, so it cannot be started either; the statements of the language can.',
      ],
      fails: 'chain disk0: A <- B\nstart resize B size=64M\n',
      passes: 'chain disk0: A <- B\nresize B size=64M\n',
    },
    'nothing-to-wait-for': {
      summary: '`within` limits something that does not wait.',
      story: [
        'A limit bounds the wait for a job, an event or a condition. What is done when QEMU answers has nothing to bound, and what is started is waited for elsewhere: `wait J within 10m`.',
      ],
      fails: 'chain disk0: A <- B\nresize B size=64M within 10s\n',
      passes: 'chain disk0: A <- B\nresize B size=64M\n',
    },
    'dismissal-is-ours': {
      summary: 'A statement says `auto-dismiss=`, which qblk sets itself.',
      story: [
        'By default QEMU forgets a job in the moment it ends, and with it the reason if it failed: a client that looks a little later sees no job and must guess. qblk starts its jobs with auto-dismiss off, reads the verdict in query-jobs, and then dismisses them.',
        'A job that is to vanish by itself can be started under its QMP name, where nothing is added.',
      ],
      fails: 'chain disk0: A <- B <- C\ncommit B base=A auto-dismiss=true\n',
      passes: 'chain disk0: A <- B <- C\ncommit B base=A\n',
    },
    'no-block-here': {
      summary: 'A statement that takes no block has one.',
      story: [
        'Blocks follow `if`, `for` and `else`. What should happen next stands on the next line; what should happen on failure stands behind `else`.',
      ],
      fails: 'query-jobs { print "done" }\n',
      passes: 'query-jobs else { print "refused" }\n',
    },
    'clashing-keys': {
      summary: 'One key gives a whole object and another a member of it.',
      story: [
        '`file.driver=file` says the same as `file={"driver": "file"}`. Together with another value for `file` itself, here a node-name, there are two answers to one question.',
      ],
      fails: 'blockdev-add node-name=N driver=raw file=F file.driver=file\n',
      passes: 'blockdev-add node-name=N driver=raw file.driver=null-co file.size=64M\n',
    },
    'no-command': {
      summary: 'The "execute" of an object is not the name of a command.',
      story: [
        'A raw command is an object whose "execute" is text: `{"execute": "query-jobs"}`. The name alone is shorter and means the same.',
      ],
      fails: '{"execute": 7}\n',
      passes: '{"execute": "query-jobs"}\n',
    },
    'passing-state': {
      summary: 'A script waits for a state that a job may pass unseen.',
      story: [
        'A job is created, running, waiting and pending for moments. Between two looks, or before the reply to the command has even arrived, it may have gone through them: a stream with nothing to do is concluded before QEMU answers. Only states in which a job rests can be waited for: `ready`, `pending`, and its end.',
      ],
      fails: 'wait job0 running\n',
      passes: 'wait job0 ready within 1m\n',
    },
    'unknown-event': {
      summary: 'The QEMU has no event of this name.',
      story: ["A wait for it would never end. The names are in the QEMU's own schema; all are in capitals."],
      fails: 'wait event JOB_STATUS_CHANGED within 10s\n',
      passes: 'wait event JOB_STATUS_CHANGE within 10s\n',
    },
    'unknown-field': {
      summary: 'The data of an event never has this field.',
      story: [
        'A missing field matches nothing, so the wait would never end. The events are not alike: BLOCK_JOB_READY names its job as `device`, BLOCK_JOB_PENDING and JOB_STATUS_CHANGE name it as `id`.',
      ],
      fails: 'wait event JOB_STATUS_CHANGE where device=m0 within 1m\n',
      passes: 'wait event JOB_STATUS_CHANGE where id=m0 within 1m\n',
    },
  },
};
