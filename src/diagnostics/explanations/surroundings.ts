import type { Theme } from './explanation.ts';

const ELSEWHERE = { setting: { command: 'elsewhere' } } as const;

/** What a script does around QEMU: programs of the host, a guest's reads and writes, restarts, comparisons of files. */
export const surroundings: Theme = {
  title: 'The host, the guest and the files',
  explanations: {
    'host-program-computed': {
      summary: 'The program of a `$` line is a value.',
      story: [
        'Which programs a script may run is decided before anything is sent, so it must be readable from the script itself. Arguments may be values: `$name` is one word, whatever is in it, since no shell takes it apart.',
      ],
      fails: 'let program = "qemu-img"\n$ $program info e.qcow2\n',
      passes: 'let image = "e.qcow2"\n$ qemu-img info $image\n',
    },
    'host-elsewhere': {
      summary: 'A `$` line or `identical` is about files of this host, and the QEMU may be on another one.',
      story: [
        'A QEMU that is reached over TCP may be anywhere, and a path would then mean one file to it and another, or none, here. Run the script on the host of the QEMU, and reach it through its unix socket.',
      ],
      fails: '$ qemu-img info e.qcow2\n',
      passes: 'query-named-block-nodes\n',
      ...ELSEWHERE,
    },
    'host-not-allowed': {
      summary: 'A `$` line names a program that scripts may not run.',
      story: [
        "A script from somebody else must not be able to run anything: qemu-img, qemu-io and qemu-nbd may always be run; in a sandbox so may plain programs for files, such as rm, cp and ls, inside the sandbox's folder. For any other, whoever runs the script says so: `--allow-exec NAME`.",
        'There is no shell: no pipe, no pattern such as `*.qcow2`, no redirection.',
      ],
      fails: '$ curl http://localhost/e.qcow2\n',
      passes: '$ qemu-img info e.qcow2\n',
    },
    'host-outside-sandbox': {
      summary: "In a sandbox an argument of a `$` line may lead out of the sandbox's folder.",
      story: [
        'The folder goes away with the sandbox, and so nothing that a script does there can do harm. A path that begins with `/`, or has `..` in it, may be a file that somebody needs. `--allow-exec NAME` lifts this for one program.',
      ],
      fails: 'chain disk0: A\n$ rm ../a.qcow2\n',
      passes: 'chain disk0: A\n$ touch notes\n$ rm notes\n',
      setting: { command: 'run' },
    },
    'host-stays-behind': {
      summary: 'A program would go on in the background, beyond the end of the sandbox.',
      story: [
        'Nothing is left over when a sandbox ends, whatever ends it. A program that goes into the background by itself can no longer be followed. QEMU can serve an image just as well.',
      ],
      fails: 'chain disk0: A\n$ qemu-nbd --fork e.qcow2\n',
      passes: 'chain disk0: A\nnbd start unix:nbd.sock\nexport add A id=x0 type=nbd\n',
      setting: { command: 'run' },
    },
    'host-program-missing': {
      summary: 'The program of a `$` line is not on this machine.',
      story: [
        "QEMU's own programs are looked for beside the QEMU of a sandbox, then on PATH; any other on PATH alone.",
      ],
      fails: '$ qemu-img info e.qcow2\n',
      passes: 'query-named-block-nodes\n',
      ...ELSEWHERE,
    },
    'host-program-failed': {
      summary: 'A program of the host ended with an exit status other than 0.',
      story: [
        'The notes are what it said on its standard error, or, where it said nothing there, on its standard output. `expect error "…" from $ …` is for a program that is meant to fail.',
      ],
      fails: '$ qemu-img info no-such-file.qcow2\n',
      passes: '$ qemu-img create -q -f qcow2 e.qcow2 64M\n$ qemu-img info e.qcow2\n',
      ...ELSEWHERE,
    },
    'image-in-use': {
      summary: 'A `$` line would change a file that QEMU has open, or a socket would take its place.',
      story: [
        'QEMU keeps parts of an image in memory and writes them when it likes. Two that write to one image destroy it. QEMU locks its images, and most of what is refused here would fail on the lock; `rm` and `mv` know no locks, and leave QEMU with a file that has no name any more.',
        'Most of what qemu-img does to an image, QEMU does to one that is open: `commit`, `stream`, `resize`, `snapshot`, `change-backing-file`.',
      ],
      fails: 'chain disk0: A <- B="b.qcow2"\n$ qemu-img resize b.qcow2 1G\n',
      passes: 'chain disk0: A <- B="b.qcow2"\nresize B size=1G\n',
    },
    'folder-not-known': {
      summary: 'A `$` line is handed a name that QEMU gives to a file of its own working folder.',
      story: [
        'A relative name begins in the working folder of whoever uses it. QEMU has one, which it does not tell; a `$` line runs in that of qblk. By the same name there may be another file, and a program that changes it would change the wrong one.',
        'Images that are made and opened by whole paths keep them: what QEMU then says of them, `$image.filename` and the `dropped` of a job included, means the same everywhere. In a sandbox both folders are the same.',
      ],
      fails:
        'chain disk0: A <- B <- C\nlet done = commit B base=A\nfor file in $done.dropped { $ rm $file }\n',
      passes: 'chain disk0: A <- B <- C\ncommit B base=A\n',
      ...ELSEWHERE,
    },
    'relative-filename': {
      summary: 'QEMU is to make a file by a relative name, and where its working folder is nobody knows.',
      story: [
        'A `filename=` is read by QEMU, in the folder that it was started in, which need not be the one that the script is run in. It does not tell which that is. A whole path means the same to everybody; this is said once in a script, and not in sandboxes.',
      ],
      fails: 'chain disk0: A\nsnapshot A overlay=B filename=b.qcow2\n',
      passes: 'chain disk0: A\nsnapshot A overlay=B filename=/images/b.qcow2\n',
      ...ELSEWHERE,
    },
    'identical-open': {
      summary: '`identical` is asked of an image that QEMU holds open.',
      story: [
        'What the guest has written may not be in the file yet, and what is there may change while it is read. QEMU locks the image as well. Close the node first (`del`), or end what writes to it.',
      ],
      fails: 'chain disk0: A <- B="b.qcow2"\nexpect identical "b.qcow2" "e.qcow2"\n',
      passes: 'expect identical "b.qcow2" "e.qcow2"\n',
    },
    'format-not-known': {
      summary: 'The format of an image that is to be compared is not known.',
      story: [
        'An image never says its own format in a way that can be trusted: a guest can write whatever it likes into a raw image, the head of a qcow2 image with a backing file of its choice included. So the format is taken from what QEMU has had open or the script has made, else from the ending of the name: `.qcow2`, `.raw` and `.img` for raw, `.qed`, `.vdi`, `.vhdx`, `.vmdk`.',
      ],
      fails: 'expect identical "copy" "e.qcow2"\n',
      passes: '$ qemu-img compare -f raw -F qcow2 copy e.qcow2\n',
      ...ELSEWHERE,
    },
    'not-identical': {
      summary: 'A guest would not read the same from two images.',
      story: [
        "The label is qemu-img's own line: the first offset where they differ. Images of different lengths are never identical, although qemu-img takes zeros behind the end of the shorter one for the same: a guest sees how large its disk is, and a copy that is shorter is no whole copy.",
      ],
      fails: 'expect identical "b.qcow2" "e.qcow2"\n',
      passes: 'expect identical "b.qcow2" "b.qcow2"\n',
      ...ELSEWHERE,
    },
    'compare-failed': {
      summary: 'Two images could not be compared: qemu-img failed.',
      story: [
        'The notes are its words. A lock that it does not get is held by a QEMU, perhaps by one that this script does not know of.',
      ],
      fails: 'expect identical "no-such-file.qcow2" "e.qcow2"\n',
      passes: 'expect identical "b.qcow2" "e.qcow2"\n',
      ...ELSEWHERE,
    },
    'sandbox-only': {
      summary: '`io` or `restart` is for sandboxes, and this is a QEMU that somebody works with.',
      story: [
        "`io` writes where the guest's own data are, and the guest knows nothing of it; `restart` ends QEMU. Both are for trying things and for documents, where QEMU is qblk's own.",
      ],
      fails: 'io D "write -P 1 0 64K"\n',
      passes: 'query-named-block-nodes\n',
      ...ELSEWHERE,
    },
    'guest-command-missing': {
      summary: '`io` lacks the disk, or what to do with it.',
      story: ['Each text behind the disk is one command of qemu-io, carried out in order.'],
      fails: 'chain disk0: A\nio A\n',
      passes: 'chain disk0: A\nio A "write -P 1 0 64K" "read -P 1 0 64K"\n',
    },
    'guest-command-unknown': {
      summary: '`io` is told something that a guest does not do to a disk.',
      story: [
        'A guest reads, writes, discards and flushes. With `read -P BYTE OFFSET LENGTH` the statement fails where the data are other; `read -v OFFSET LENGTH` shows them. What else qemu-io can do is for files: `$ qemu-io -c … FILE`.',
      ],
      fails: 'chain disk0: A\nio A "map"\n',
      passes: 'chain disk0: A\nio A "read -v 0 64"\n',
    },
    'guest-command-quoted': {
      summary: 'A command of `io` has quotes, a backslash or a line end in it.',
      story: ['It is handed on as it is, and no guest needs them: offsets, lengths and a byte are plain.'],
      fails: `chain disk0: A\nio A "read '0' 64K"\n`,
      passes: 'chain disk0: A\nio A "read 0 64K"\n',
    },
    'guest-command-impossible': {
      summary: 'A read or a write that no guest could do, or none on this disk.',
      story: [
        'A pattern is one byte, and what a guest writes comes from no file of this host. A write that goes beyond the end of a disk writes nothing. QEMU says nothing of a write that fails on the way through a device, so all this is looked at beforehand, as far as the size of the disk is known.',
      ],
      fails: 'chain disk0: A <- B\nio disk0 "write -P 300 0 64K"\n',
      passes: 'chain disk0: A <- B\nio disk0 "write -P 255 0 64K"\n',
    },
    'io-failed': {
      summary: "A guest's read or write failed, or what was read is not what was expected.",
      story: [
        "The words are qemu-io's. `Pattern verification failed` says that `read -P` found other data.",
        'A write through a device of a whole QEMU is not answered: what it wrote is read back, and where that is missing the write counts as failed.',
      ],
      fails: 'io D "read -P 2 0 64K"\n',
      passes: 'io D "write -P 2 0 64K" "read -P 2 0 64K"\n',
      ...ELSEWHERE,
    },
    'restart-impossible': {
      summary: 'A sandbox could not start again on the images as they are now.',
      story: [
        'A restart opens the chain that each disk has then, by the names of its files, under the names of its nodes. A filter in a chain, such as a throttle, or an image that is no file, has no place on that command line: take it out first.',
      ],
      fails: 'restart\n',
      passes: 'chain disk0: A\nrestart\n',
      ...ELSEWHERE,
    },
    'restart-alone': {
      summary: '`restart` has an argument.',
      story: ['It restarts the whole QEMU. With several, `@NAME restart` says which one.'],
      fails: 'chain disk0: A\nrestart disk0\n',
      passes: 'chain disk0: A\nrestart\n',
    },
    'simulator-has-no-data': {
      summary: 'The simulator passed over `io`, `identical` or a `$` line.',
      story: [
        'It knows which files and nodes there are, and nothing of what is in them. Such statements count as done, and what they would have found stays open: an `if` that asks for it goes neither way. Making, copying, moving and removing image files is followed.',
      ],
      fails: 'chain disk0: A\nio A "read -P 1 0 64K"\n',
      passes: 'chain disk0: A\n$ qemu-img create -f qcow2 e.qcow2 64M\nadd E driver=qcow2 filename=e.qcow2\n',
      ...ELSEWHERE,
    },
  },
};
