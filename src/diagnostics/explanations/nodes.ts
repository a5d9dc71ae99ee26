import type { Theme } from './explanation.ts';

/** Single nodes: their names, who uses them, and how they are opened. */
export const nodes: Theme = {
  title: 'Nodes and exports',
  explanations: {
    'unknown-node': {
      summary: 'There is no node of this name.',
      story: [
        'Statements work on nodes, by the name that QEMU has for each open image, or by a name from the `chain` line. A device and a file are something else; where one of those was named, the help says which node it has. This is only said where the whole graph is known.',
      ],
      fails: 'chain disk0: node-A <- node-B\nstream node-C base=node-A\n',
      passes: 'chain disk0: node-A <- node-B\nstream node-B\n',
      setting: { command: 'run' },
    },
    'node-not-declared': {
      summary: 'No `chain` line has a node of this name.',
      story: [
        'Without a QEMU, the `chain` lines of a script are all that is known. Where they tell whole chains, a statement that works on a node of another name is most likely misspelled, or names the device in the place of its node. It is a warning: the QEMU may have that node. A chain with `...` in it may hold nodes of any name, so nothing is said there.',
      ],
      fails: 'chain disk0: A <- B <- C\nstream CC base=A\n',
      passes: 'chain disk0: A <- B <- C\nstream C base=A\n',
    },
    'node-gone': {
      summary: 'The name stands for a node that is not open any more.',
      story: [
        'QEMU closes a node that nobody named in a blockdev-add, such as the overlay of a blockdev-snapshot-sync, once nothing uses it. Here the commit took the overlay out of the chain, and QEMU let go of it; there is nothing left to delete. Its file is still there.',
      ],
      fails: 'chain disk0: A\nsnapshot A overlay=B filename=b.qcow2\ncommit B base=A then pivot\ndel B\n',
      passes:
        'chain disk0: A\nsnapshot A overlay=B filename=b.qcow2\ncommit B base=A then pivot\nprint $B.filename\n',
      setting: { command: 'run' },
    },
    'bad-node-name': {
      summary: 'This cannot be the name of a node.',
      story: [
        'A node-name begins with a letter, goes on with letters, digits, `-`, `.` and `_`, and has at most 31 characters. QEMU answers `Invalid node-name`, or `Node name too long`. Names that begin with `#` are those that QEMU makes up itself.',
      ],
      fails: 'create 1st filename=e.qcow2 size=64M\n',
      passes: 'create first filename=e.qcow2 size=64M\n',
    },
    'duplicate-node': {
      summary: 'There is already a node of this name.',
      story: [
        'Node-names are unique in one QEMU, and a block backend counts as well. The file of an image may be opened under a second name, but QEMU locks it against that unless both only read.',
      ],
      fails: 'chain disk0: A <- B\nsnapshot B overlay=A filename=c.qcow2\n',
      passes: 'chain disk0: A <- B\nsnapshot B overlay=C filename=c.qcow2\n',
    },
    'node-name-missing': {
      summary: 'A blockdev-add opens a node without a name.',
      story: [
        "The node's name is the only way to use it, or to close it again, so QEMU demands one. Nodes inside the definition, such as the `file` of a qcow2 image, may go without; QEMU names those itself.",
      ],
      fails: 'blockdev-add driver=null-co\n',
      passes: 'blockdev-add driver=null-co node-name=Z\n',
      setting: { command: 'run' },
    },
    'node-in-use': {
      summary: 'Something else uses the node.',
      story: [
        'A node is closed when nobody needs it: no device, no export, no job, and no overlay above it. So a chain is closed from the top down. An overlay or a target is used by one only, since two writers would spoil each other.',
      ],
      fails: 'chain disk0: A <- B\ndel A\n',
      passes: 'chain disk0: A <- B\ncreate E filename=e.qcow2 size=64M\ndel E\n',
    },
    'perhaps-left-over': {
      summary: 'Images that nothing uses may still be open over this one, and then QEMU refuses the command.',
      story: [
        'After a commit or a mirror nothing uses the images that the guest moved away from. QEMU keeps those that `-blockdev` or blockdev-add opened until somebody closes them, and a node with others above it takes no commit, mirror or snapshot. Those that a `snapshot` made go by themselves.',
        'A running QEMU does not tell which of the two a node is, so this is a note and stops nothing. Where they stay, close them first, from the top down: `del S2`. Where they go, a `del` would find no such node. A run looks again after each statement, and stops before it sends what can not be done.',
      ],
      fails: 'chain disk0: D <- S <- S2\ncommit S2 base=S then pivot\ncommit S base=D then pivot\n',
      passes: 'chain disk0: D <- S <- S2\ncommit S2 base=S then pivot\ndel S2\ncommit S base=D then pivot\n',
      setting: { command: 'elsewhere' },
    },
    'not-monitor-owned': {
      summary: 'The node was not made by blockdev-add, so it cannot be deleted.',
      story: [
        'blockdev-del gives back what blockdev-add took. Nodes that QEMU opened on its own, as a backing file, or as the overlay of a blockdev-snapshot-sync, belong to whatever uses them, and go by themselves.',
      ],
      fails: 'chain disk0: A\nsnapshot A overlay=B filename=b.qcow2\nblockdev-del node-name=B\n',
      passes: 'chain disk0: A\nblockdev-add driver=null-co node-name=Z\nblockdev-del node-name=Z\n',
      setting: { command: 'elsewhere' },
    },
    'overlay-is-node': {
      summary: 'A node should be its own overlay.',
      story: [
        'The overlay of a snapshot is another image, which takes what is written from now on. With `filename=` it is made; its name is a new one.',
      ],
      fails: 'chain disk0: A <- B\nsnapshot B overlay=B\n',
      passes: 'chain disk0: A <- B\nsnapshot B overlay=C filename=c.qcow2\n',
    },
    'overlay-has-backing': {
      summary: 'The image that should go on top already lies over another one.',
      story: [
        'blockdev-snapshot sets the backing of the overlay, so the overlay must have none that is open. An image whose file records a backing file is opened with it by default; `"backing": null` says no. The statement `snapshot` with `filename=` makes a fresh one.',
      ],
      fails:
        'chain disk0: A <- B\nchain disk1: K\ncreate E filename=e.qcow2 size=64M backing=K\nsnapshot B overlay=E\n',
      passes: 'chain disk0: A <- B\nsnapshot B overlay=E filename=e.qcow2\n',
    },
    'backing-cycle': {
      summary: 'An image would come to lie over itself.',
      story: [
        'A chain has a lowest image. If B lies over A, then A cannot lie over B: every read would go round for ever. QEMU refuses it too.',
      ],
      fails:
        'chain disk0: A <- B\nblockdev-reopen options=[{"driver": "qcow2", "node-name": "A", "file": "A-file", "backing": "B"}]\n',
      passes: 'chain disk0: A <- B\nexpect chain disk0: A <- B\n',
    },
    'not-attached': {
      summary: 'Nothing uses the chain, so the operation would come to nothing.',
      story: [
        'On a node that no device and no export uses, QEMU answers a blockdev-snapshot-sync with success and writes the file, and then closes the new overlay at once, because nothing refers to it. A pivot of such a chain "succeeds" and moves nobody.',
        'On a storage daemon the chain is used once it is exported.',
      ],
      fails: 'create E filename=e.qcow2 size=64M\nsnapshot E overlay=F filename=f.qcow2\n',
      passes: 'chain disk0: A\nsnapshot A overlay=F filename=f.qcow2\n',
      setting: { command: 'run' },
    },
    'two-files': {
      summary: 'Two arguments say which file to open.',
      story: [
        '`filename=e.qcow2` is short for `file.driver=file file.filename=e.qcow2`. Where another protocol is meant, such as nbd, `file.…` says all of it.',
      ],
      fails: 'add E driver=qcow2 filename=e.qcow2 file.driver=file\n',
      passes: 'add E driver=qcow2 filename=e.qcow2\n',
    },
    'duplicate-export': {
      summary: 'There is already an export with this id.',
      story: ['An id names one export for as long as it is there; `block-export-del` frees it.'],
      fails: 'chain disk0: A <- B\nblock-export-add id=disk0 type=nbd node-name=B\n',
      passes:
        'chain disk0: A <- B\nnbd-server-start addr.type=unix addr.data.path=nbd.sock\nblock-export-add id=second type=nbd node-name=B\n',
      setting: { command: 'run', program: 'storage-daemon' },
    },
    'unknown-export': {
      summary: 'There is no export with this id.',
      story: [
        'An export is removed by the id that block-export-add gave it, which need not be the name that its clients see.',
      ],
      fails: 'chain disk0: A <- B\nblock-export-del id=x\n',
      passes: 'chain disk0: A <- B\nshow exports\n',
      setting: { command: 'run', program: 'storage-daemon' },
    },
  },
};
