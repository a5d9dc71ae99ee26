import type { Theme } from './explanation.ts';

/** Image files: what they record of each other, their sizes and formats, and who else reads them. */
export const files: Theme = {
  title: 'Image files',
  explanations: {
    'shared-base': {
      summary: 'Another image reads the one that should be merged into.',
      story: [
        'A commit writes into its base. Every other overlay of that base, of a second guest for instance, asks it for whatever it does not hold itself, and would find the merged data in place of its own. QEMU merges without a word.',
        'Where nobody uses the other overlays it is a warning: a stream leaves such nodes open, and often they can be closed. A new overlay that somebody is to use later is damaged all the same.',
        'Copy upward instead: a stream leaves what lies below as it is.',
      ],
      fails: 'chain disk0: A <- B <- C\ncreate K filename=k.qcow2 size=64M backing=A\ncommit B base=A\n',
      passes: 'chain disk0: A <- B <- C\ncreate K filename=k.qcow2 size=64M backing=A\nstream C base=A\n',
    },
    'reopen-hides-data': {
      summary:
        'A reopen would take images with data from below a node that is in use, or give it another file.',
      story: [
        'blockdev-reopen gives a node another backing at once and copies nothing. A guest on it then reads zeros, or older data, wherever its own image holds nothing. QEMU reports success.',
        'A backing that lies over the old one is fine. With one from another chain it is a warning, since it may be a true copy.',
        'Since QEMU 6.1 a reopen may name another `file` as well: what was in the old one is gone from the disk at that moment, and a qcow2 node then writes the tables that it has in memory over whatever the new one holds. A filter on the same file, or off it, is fine.',
      ],
      fails:
        'chain disk0: A <- B <- C\nblockdev-reopen options=[{"driver": "qcow2", "node-name": "C", "file": "C-file", "backing": "A"}]\n',
      passes: 'chain disk0: A <- B <- C\nstream C base=A\n',
    },
    'overlay-too-small': {
      summary: 'An overlay has a smaller size than the image that it should lie over.',
      story: [
        'A guest sees a disk of the size of its uppermost image. Put under a smaller overlay, its disk shrinks while it runs, and it can no longer read what lies behind the new end. `snapshot` with `filename=` makes an overlay of the right size.',
      ],
      fails: 'chain disk0: A size=64M\ncreate E filename=e.qcow2 size=32M\nsnapshot A overlay=E\n',
      passes: 'chain disk0: A size=64M\nsnapshot A overlay=E filename=e.qcow2\n',
    },
    'written-below': {
      summary: 'An export would let somebody write to an image that others read from above.',
      story: [
        'What a client writes to an image shows up in every overlay that does not hold that place itself. The guest on top finds its disk changed behind its back, its caches wrong, its file system damaged. Export an overlay of its own for writing, or leave `writable` out.',
      ],
      fails:
        'create K filename=k.qcow2 size=64M\ncreate L filename=l.qcow2 size=64M backing=K\nnbd-server-start addr.type=unix addr.data.path=nbd.sock\nblock-export-add id=x0 type=nbd node-name=L\nblock-export-add id=x1 type=nbd node-name=K writable=true\n',
      passes:
        'create K filename=k.qcow2 size=64M\ncreate L filename=l.qcow2 size=64M backing=K\nnbd-server-start addr.type=unix addr.data.path=nbd.sock\nblock-export-add id=x0 type=nbd node-name=L\nblock-export-add id=x1 type=nbd node-name=K\n',
    },
    'backing-not-found-later': {
      summary: 'The new image would record a backing file that is not found when it is opened again.',
      story: [
        'A relative name in an image counts from the folder of that image, while a relative name in a command counts from the folder in which QEMU runs. With the base as `a.qcow2` and the overlay as `snap/b.qcow2`, the overlay records `a.qcow2` and means `snap/a.qcow2`. While both are open nobody notices; the next start fails.',
      ],
      fails: 'chain disk0: A="./a.qcow2"\nsnapshot A overlay=B filename=snap/b.qcow2\n',
      passes: 'chain disk0: A="./a.qcow2"\nsnapshot A overlay=B filename=b.qcow2\n',
    },
    'backing-not-recorded': {
      summary: 'The file of an overlay does not record what it is put over.',
      story: [
        'blockdev-snapshot joins two open nodes and writes nothing into the file. If the file records no backing, or another one, the chain is right for as long as this QEMU runs, and wrong when the image is opened again. change-backing-file records it; `snapshot` with `filename=` makes a file that has it from the start.',
      ],
      fails: 'chain disk0: A <- B\ncreate E filename=e.qcow2 size=64M\nsnapshot B overlay=E\n',
      passes: 'chain disk0: A <- B\nsnapshot B overlay=E filename=e.qcow2\n',
    },
    'other-backing-file': {
      summary: 'The name to be recorded is not that of the image below.',
      story: [
        '`backing-file=` is the text that is written into the image that comes to lie over the base. It decides what is found there next time. It is for a name by which the same file is reached in another way; left out, QEMU records the right one.',
      ],
      fails:
        'chain disk0: A="/images/a.qcow2" <- B="/images/b.qcow2" <- C="/images/c.qcow2"\nblock-commit job-id=c0 device=C top-node=B base-node=A backing-file=x.qcow2\n',
      passes:
        'chain disk0: A="/images/a.qcow2" <- B="/images/b.qcow2" <- C="/images/c.qcow2"\nblock-commit job-id=c0 device=C top-node=B base-node=A\n',
    },
    'other-backing-format': {
      summary: 'QEMU would record another format of the backing file than it has.',
      story: [
        'Beside the name, `change-backing-file` writes the format of the image itself, in every version of QEMU. Over a raw image that is wrong: a qcow2 overlay then says that its backing file is qcow2. Opened again it fails, or takes for the head of an image what the guest has written at the beginning of its raw disk, with a backing file of its choice. Commits and streams that rewrite the name record the right format.',
        'Where the backing file is given another name, do it with `qemu-img rebase -u -F raw` once the image is closed.',
      ],
      fails:
        'chain disk0: A="/images/a.qcow2" <- B="/images/b.qcow2"\nadd R driver=raw filename=/images/r.raw\nadd O driver=qcow2 filename=/images/o.qcow2 backing=R\nchange-backing-file device=O image-node-name=O backing-file=/images/r.raw\n',
      passes:
        'chain disk0: A="/images/a.qcow2" <- B="/images/b.qcow2"\nchange-backing-file device=B image-node-name=B backing-file=/images/a.qcow2\n',
    },
    'file-locked': {
      summary: 'The file is open already, and locked against this.',
      story: [
        'QEMU locks the files of image formats, so that no second writer, in this process or another, damages them. It answers `Failed to get "write" lock`. Use the node that has the file open.',
      ],
      fails:
        'chain disk0: A="a.qcow2"\nblockdev-add driver=qcow2 node-name=E file.driver=file file.filename=a.qcow2\n',
      passes: 'chain disk0: A="a.qcow2"\nprint "its node is" $A.name\n',
      setting: { command: 'run' },
    },
    'file-missing': {
      summary: 'There is no such file.',
      story: [
        'The path is seen by the QEMU: a relative one from the folder that it was started in, and with the rights that it has.',
      ],
      fails: 'blockdev-add driver=qcow2 node-name=E file.driver=file file.filename=none.qcow2\n',
      passes: 'create E filename=e.qcow2 size=64M\n',
      setting: { command: 'elsewhere' },
    },
    'wrong-format': {
      summary: 'The file is not of the format that was named.',
      story: [
        'A qcow2 image is known by its first bytes. A file of another format opened as qcow2 is refused; a qcow2 file opened as raw is not, and the guest then sees the inside of the format as its disk.',
      ],
      fails: 'create E filename=e.raw size=64M driver=raw\ndel E\nadd E driver=qcow2 filename=e.raw\n',
      passes: 'create E filename=e.raw size=64M driver=raw\ndel E\nadd E driver=raw filename=e.raw\n',
      setting: { command: 'elsewhere' },
    },
    'size-not-sectors': {
      summary: 'A size is no multiple of 512 bytes.',
      story: [
        'A qcow2 image holds whole sectors. QEMU finds that out when the file has been made already, and leaves it behind, unusable.',
      ],
      fails: 'create E filename=e.qcow2 size=1000\n',
      passes: 'create E filename=e.qcow2 size=1024\n',
    },
    shrinks: {
      summary: 'A disk would become smaller.',
      story: [
        'What lies behind the new end is cut off at once and does not come back, whatever the guest keeps there: the last partition, or the backup copy of the partition table. Make partitions and file systems smaller first. It is a warning, since that may have been done.',
      ],
      fails: 'chain disk0: A size=64M\nresize A size=32M\n',
      passes: 'chain disk0: A size=64M\nresize A size=128M\n',
    },
    'clashing-arguments': {
      summary: 'Two arguments of a command do not go together.',
      story: [
        'The schema allows each of them and says nothing of both. A stream, for instance, ends in one place: `base`, `base-node` and `bottom` are three ways to name it.',
      ],
      fails: 'chain disk0: A <- B <- C\nblock-stream job-id=s0 device=C base-node=A bottom=B\n',
      passes: 'chain disk0: A <- B <- C\nblock-stream job-id=s0 device=C base-node=A\n',
    },
    'empty-list': {
      summary: 'A command is given an empty list, at which QEMU crashes.',
      story: [
        'blockdev-reopen with no options at all should do nothing. Every QEMU so far ends there instead, and the guest with it.',
      ],
      fails: 'blockdev-reopen options=[]\n',
      passes: 'query-named-block-nodes flat=true\n',
    },
    'nbd-server': {
      summary: 'An NBD server runs already, or none runs that is needed.',
      story: [
        'One QEMU has one NBD server at most, and it shows every export of type nbd. It is started before the first of them and stopped after the last.',
      ],
      fails:
        'chain disk0: A\nnbd-server-start addr.type=unix addr.data.path=nbd.sock\nnbd-server-start addr.type=unix addr.data.path=two.sock\n',
      passes: 'chain disk0: A\nnbd-server-start addr.type=unix addr.data.path=nbd.sock\nnbd-server-stop\n',
    },
    'own-nbd-server': {
      summary: 'A QEMU should connect to the NBD server that it runs itself.',
      story: [
        'QEMU opens an image in the loop that also answers its NBD clients and QMP. A connection to its own server waits there for an answer that nobody is left to give: the guest stops, and no command ends it. Another QEMU may connect, as in a migration.',
      ],
      fails:
        'chain disk0: A\nnbd start unix:nbd.sock\nexport add A id=x0\nadd T driver=nbd server.type=unix server.path=nbd.sock export=A\n',
      passes:
        'chain disk0: A\nnbd start unix:nbd.sock\nexport add A id=x0\nadd T driver=nbd server.type=unix server.path=other.sock export=A\n',
    },
    'bad-address': {
      summary: 'This is no address that the NBD server could listen on.',
      story: [
        'The server listens on a host and a port, or on a socket in the file system, which is seen from the working folder of QEMU. Other kinds of addresses, such as a file descriptor or vsock, are there with `nbd-server-start addr.type=…`.',
      ],
      fails: 'chain disk0: A\nnbd start localhost\n',
      passes: 'chain disk0: A\nnbd start localhost:10809\nnbd stop\n',
    },
    'part-of-file': {
      summary: 'A node that shows a part of its file would show another one.',
      story: [
        'A raw node can be opened with `offset=` and `size=`. A reopen sets back what it leaves out, and QEMU takes it without a word: the node is then as large as the whole file, and what it reads begins elsewhere. QEMU does not tell what it was opened with, so qblk can not repeat it.',
      ],
      fails:
        'create E filename=e.raw driver=raw size=64M\ndel E\nadd R driver=raw filename=e.raw size=32M\nreopen R read-only=on\n',
      passes:
        'create E filename=e.raw driver=raw size=64M\ndel E\nadd R driver=raw filename=e.raw size=32M\nreopen R read-only=on size=32M\n',
    },
    'not-in-group': {
      summary: 'A grouped transaction holds an action that starts no job.',
      story: [
        'With `completion-mode=grouped` the jobs of a transaction succeed together or are cancelled together. Actions without a job, such as those on bitmaps, have nothing to wait for, and QEMU refuses them there.',
      ],
      fails:
        'chain disk0: A\n{"execute": "transaction", "arguments": {"actions": [{"type": "block-dirty-bitmap-add", "data": {"node": "A", "name": "b0"}}], "properties": {"completion-mode": "grouped"}}}\n',
      passes:
        'chain disk0: A\n{"execute": "transaction", "arguments": {"actions": [{"type": "block-dirty-bitmap-add", "data": {"node": "A", "name": "b0"}}]}}\n',
    },
    'transaction-abort': {
      summary: 'A transaction holds an action that makes it fail.',
      story: ['The action `abort` is there for the tests of QEMU. It undoes the whole transaction.'],
      fails:
        'chain disk0: A\n{"execute": "transaction", "arguments": {"actions": [{"type": "abort", "data": {}}]}}\n',
      passes:
        'chain disk0: A\n{"execute": "transaction", "arguments": {"actions": [{"type": "block-dirty-bitmap-add", "data": {"node": "A", "name": "b0"}}]}}\n',
    },
  },
};
