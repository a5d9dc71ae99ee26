import type { Theme } from './explanation.ts';

/** What is copied where: targets of mirrors and backups, new files, and what lies below them. */
export const copies: Theme = {
  title: 'Copies and new files',
  explanations: {
    'size-mismatch': {
      summary: 'Source and target of a copy have different sizes.',
      story: [
        'A backup onto a target of another size is refused by QEMU at once. A mirror is accepted, and its job fails later with `Source and target image have different sizes`, perhaps after the script has gone on. With `filename=` the target is made in the right size.',
      ],
      fails:
        'chain disk0: A size=64M\nblockdev-add driver=null-co node-name=E size=39M\nmirror A target=E sync=full then pivot\n',
      passes:
        'chain disk0: A size=64M\nblockdev-add driver=null-co node-name=E size=64M\nmirror A target=E sync=full then pivot\n',
    },
    'sync-of-backup': {
      summary: 'A mirror is asked to copy what a bitmap has marked.',
      story: [
        'The schema of blockdev-mirror and drive-mirror names the sync modes `incremental` and `bitmap`, and QEMU’s own document lists one of them for a mirror; every QEMU refuses them there. What a bitmap has marked is copied by a backup, as it was when the backup began.',
      ],
      fails:
        'chain disk0: A\nblockdev-add driver=null-co node-name=E size=64M\nblockdev-mirror device=A target=E sync=incremental job-id=job0\n',
      passes:
        'chain disk0: A\nblockdev-add driver=null-co node-name=E size=64M\nblock-dirty-bitmap-add node=A name=b0\nbackup A target=E sync=incremental bitmap=b0\n',
    },
    'target-is-source': {
      summary: 'An image should be copied onto itself, or onto one that it reads from.',
      story: [
        'The target of a copy is written to while the source is read. If the two share an image, the source changes under the reader. Give another target; with `filename=` it is made.',
      ],
      fails: 'chain disk0: A <- B\nmirror B target=B sync=full then pivot\n',
      passes: 'chain disk0: A <- B\nmirror B target=E filename=e.qcow2 sync=full then pivot\n',
    },
    'target-without-backing': {
      summary: 'A copy of the top alone would become the disk, with nothing below it.',
      story: [
        '`sync=top` copies the active layer and none of the images below it. blockdev-mirror, unlike the older drive-mirror, leaves the target as it was opened. If it has no backing image, then after the pivot the guest sees zeros wherever the top held nothing: its data is gone, and QEMU has reported success.',
        'Open the target over the image that the source lies over. With `filename=` qblk does so.',
      ],
      fails:
        'chain disk0: A <- B\ncreate E filename=e.qcow2 size=64M\nmirror B target=E sync=top then pivot\n',
      passes:
        'chain disk0: A <- B\ncreate E filename=e.qcow2 size=64M backing=A\nmirror B target=E sync=top then pivot\n',
    },
    'target-over-other-backing': {
      summary: 'A copy of the top alone would lie over another image than the source does.',
      story: [
        'With `sync=top` everything below the top comes from the own backing image of the target. If that is another one than that of the source, the two disks hold different data, and nobody is told.',
        'It is a warning where the other image may be a true copy. To pivot is an error where the target lies over a lower image of the same chain: the guest would lose the images between.',
      ],
      fails:
        'chain disk0: A <- B <- C\ncreate E filename=e.qcow2 size=64M backing=A\nmirror C target=E sync=top then pivot\n',
      passes:
        'chain disk0: A <- B <- C\ncreate E filename=e.qcow2 size=64M backing=B\nmirror C target=E sync=top then pivot\n',
    },
    'pivot-to-partial-copy': {
      summary: 'The guest would move to a copy that holds only what was written lately.',
      story: [
        'With `sync=none` a mirror copies nothing that is there already, only the writes from its start on. As a record of changes that is useful; as a disk it is a torso.',
      ],
      fails: 'chain disk0: A <- B\nmirror B target=E filename=e.qcow2 sync=none then pivot\n',
      passes: 'chain disk0: A <- B\nmirror B target=E filename=e.qcow2 sync=full then pivot\n',
    },
    'none-needs-backed-target': {
      summary: 'A `sync=none` backup needs a target that lies over its source.',
      story: [
        'Such a backup, known as fleecing, saves what the guest is about to overwrite. Whoever reads the target sees the disk as it was at the start: saved clusters from the target, all others through its backing link from the source itself. So the target is made first, over the source.',
      ],
      fails: 'chain disk0: A <- B\nstart backup B target=E filename=e.qcow2 sync=none\n',
      passes:
        'chain disk0: A <- B\ncreate E filename=e.qcow2 size=64M backing=B\nstart backup B target=E sync=none job-id=fleece\ncancel fleece force=on\n',
    },
    'bitmap-missing': {
      summary: 'An incremental backup names no bitmap.',
      story: [
        'A dirty bitmap records which clusters were written since the last backup. `sync=incremental` and `sync=bitmap` copy those, so they need its name. Without one there is nothing that says what has changed: copy everything, and add a bitmap for the next time.',
      ],
      fails: 'chain disk0: A\nbackup A target=E filename=e.qcow2 sync=incremental\n',
      passes: 'chain disk0: A\nbackup A target=E filename=e.qcow2 sync=full\n',
    },
    'needs-filename': {
      summary: 'An argument is about making a file, and no file is made.',
      story: [
        'With `filename=` a statement makes a new image and opens it under the name given. Without it the name is that of a node which is there already, and `driver=` or `overwrite=` would have nothing to act on.',
      ],
      fails: 'chain disk0: A <- B\nmirror B target=E sync=full driver=raw then cancel\n',
      passes: 'chain disk0: A <- B\nmirror B target=E filename=e.raw sync=full driver=raw then cancel\n',
    },
    'two-backings': {
      summary: 'Two arguments say what a new image lies over.',
      story: [
        "`backing=` names a node that is open; the image lies over it at once, and its file records that node's file. `backing-file=` only writes a name into the new file, for whoever opens it later.",
      ],
      fails: 'create F filename=f.qcow2 size=64M backing=E backing-file=e.qcow2 backing-fmt=qcow2\n',
      passes: 'create F filename=f.qcow2 size=64M backing=E\n',
    },
    'backing-format-missing': {
      summary: 'A file is recorded as the backing of a new image, and its format is not said.',
      story: [
        'Without a recorded format QEMU probes the file when the image is opened. A guest that has a raw image as its disk can write a qcow2 header into its first sector, one that names any file of the host as its backing, and so have that file read to it. New versions of qemu-img refuse to make such images; qblk never does.',
      ],
      fails: 'create F filename=f.qcow2 size=64M backing-file=e.qcow2\n',
      passes: 'create F filename=f.qcow2 size=64M backing-file=e.qcow2 backing-fmt=qcow2\n',
    },
    'raw-has-no-backing': {
      summary: 'A raw file should lie over another image.',
      story: [
        'A raw file is the bytes of the disk and nothing else: it has no place for the name of a backing file, and no way to say that a cluster is not in it. qcow2 has both.',
      ],
      fails: 'chain disk0: A <- B\nmirror B target=E filename=e.raw driver=raw sync=top then pivot\n',
      passes: 'chain disk0: A <- B\nmirror B target=E filename=e.raw driver=raw sync=full then pivot\n',
    },
    'file-exists': {
      summary: 'The file that a statement would make is there already.',
      story: [
        'Commands such as blockdev-snapshot-sync, drive-backup and blockdev-create empty an existing file without a word, even one that is the backing of another image. So qblk has the QEMU look first whether the file is there, and stops if it is. So it does where QEMU would put a socket: whatever has its name is removed. `overwrite=on` says that its contents may be lost; a file that is open is never let go of.',
      ],
      fails: 'create E filename=e.qcow2 size=64M\ndel E\ncreate F filename=e.qcow2 size=64M\n',
      passes: 'create E filename=e.qcow2 size=64M\ndel E\ncreate F filename=e.qcow2 size=64M overwrite=on\n',
    },
    'formats-data': {
      summary: 'A raw `blockdev-create` would format what is there already.',
      story: [
        'A format is laid over whatever the node or the file in `options.file` holds, however many drivers lie between: QEMU writes the head of the new image there and asks nothing, and what was there is gone. A statement makes its file itself, and `overwrite=on` lets one that is there be lost; a command under its own name has no such word.',
        'So a file has to be made by the same script, or have no length, as after a `blockdev-create` with `options.driver=file` and `options.size=0`. How long a file is shows once it is open as a node; one that is only named counts as holding something. A block device, or an image on a server, has its length whatever it holds: it may be formatted by the script that opens it.',
      ],
      fails:
        'blockdev-create job-id=c0 options={"driver": "qcow2", "file": {"driver": "file", "filename": "e.qcow2"}, "size": 67108864}\nwait c0\njob-dismiss id=c0\n',
      passes:
        'blockdev-create job-id=c0 options={"driver": "file", "filename": "e.qcow2", "size": 0}\nwait c0\njob-dismiss id=c0\nblockdev-create job-id=c1 options={"driver": "qcow2", "file": {"driver": "file", "filename": "e.qcow2"}, "size": 67108864}\nwait c1\njob-dismiss id=c1\n',
    },
    'file-not-seen': {
      summary: 'QEMU cannot tell whether a file is there.',
      story: [
        'Before a file is made, qblk has the QEMU try to open it, since the path is seen from there. An answer that is neither yes nor no, such as a folder that may not be entered, leaves open whether something would be overwritten.',
      ],
      fails: 'chain disk0: A\ncreate E filename=A.qcow2/e.qcow2 size=64M\n',
      passes: 'chain disk0: A\ncreate E filename=e.qcow2 size=64M\n',
      setting: { command: 'run' },
    },
  },
};
