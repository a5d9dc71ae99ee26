import type { Theme } from './explanation.ts';

/** Dirty bitmaps, which record what is written, and backups that go by them. */
export const bitmaps: Theme = {
  title: 'Dirty bitmaps',
  explanations: {
    'unknown-bitmap': {
      summary: 'The node has no bitmap of this name.',
      story: [
        'A bitmap belongs to one node and stays with it. After a snapshot the guest writes to the new overlay, which has none: what the old bitmap says is true of the old image only. Add one to the new active layer.',
      ],
      fails: 'chain disk0: A\nblock-dirty-bitmap-clear node=A name=b0\n',
      passes:
        'chain disk0: A\nblock-dirty-bitmap-add node=A name=b0\nblock-dirty-bitmap-clear node=A name=b0\n',
      setting: { command: 'run' },
    },
    'duplicate-bitmap': {
      summary: 'The node already has a bitmap of this name.',
      story: ['Names are unique within a node. To begin anew with the bitmap that is there, clear it.'],
      fails: 'chain disk0: A\nblock-dirty-bitmap-add node=A name=b0\nblock-dirty-bitmap-add node=A name=b0\n',
      passes:
        'chain disk0: A\nblock-dirty-bitmap-add node=A name=b0\nblock-dirty-bitmap-clear node=A name=b0\n',
    },
    'bad-bitmap-name': {
      summary: 'This cannot be the name of a bitmap.',
      story: [
        'A name has at least one character, and 1023 bytes at most: as much as a qcow2 image can store.',
      ],
      fails: 'chain disk0: A\nblock-dirty-bitmap-add node=A name=""\n',
      passes: 'chain disk0: A\nblock-dirty-bitmap-add node=A name=b0\n',
    },
    'bad-granularity': {
      summary: 'A bitmap cannot have this granularity.',
      story: [
        'Each bit stands for a piece of the disk of this many bytes: a power of two, from 512 bytes to 2 GiB. Left out, it is the size of the clusters of the image, 64 KiB as a rule, which suits nearly every disk.',
      ],
      fails: 'chain disk0: A\nblock-dirty-bitmap-add node=A name=b0 granularity=100000\n',
      passes: 'chain disk0: A\nblock-dirty-bitmap-add node=A name=b0 granularity=64K\n',
    },
    'bitmap-busy': {
      summary: 'A job or an export is using the bitmap.',
      story: [
        'While a backup goes by a bitmap, or an export shows it to a client, it can be neither changed nor used by another. It is free again when the job has ended, however it ended.',
      ],
      fails:
        'chain disk0: A\nblock-dirty-bitmap-add node=A name=b0\nstart backup A target=E filename=e.qcow2 sync=bitmap bitmap=b0 bitmap-mode=never job-id=k0\nblock-dirty-bitmap-clear node=A name=b0\n',
      passes:
        'chain disk0: A\nblock-dirty-bitmap-add node=A name=b0\nbackup A target=E filename=e.qcow2 sync=bitmap bitmap=b0 bitmap-mode=never\nblock-dirty-bitmap-clear node=A name=b0\n',
    },
    'bitmap-enabled': {
      summary: 'A read-only export should show a bitmap that still notes writes.',
      story: [
        'A client that reads a bitmap through an export copies what it says has changed. Behind a read-only export nothing should move while it does, so QEMU wants the bitmap disabled first: `Enabled bitmap incompatible with readonly export`.',
      ],
      fails:
        'create K filename=k.qcow2 size=64M\nblock-dirty-bitmap-add node=K name=b0\nnbd-server-start addr.type=unix addr.data.path=nbd.sock\nblock-export-add id=x0 type=nbd node-name=K bitmaps=[b0]\n',
      passes:
        'create K filename=k.qcow2 size=64M\nblock-dirty-bitmap-add node=K name=b0\nblock-dirty-bitmap-disable node=K name=b0\nnbd-server-start addr.type=unix addr.data.path=nbd.sock\nblock-export-add id=x0 type=nbd node-name=K bitmaps=[b0]\n',
      setting: { command: 'run' },
    },
    'bitmap-mode': {
      summary: 'What becomes of the bitmap does not go with the rest of the backup.',
      story: [
        'A backup can clear its bitmap when it succeeds (`on-success`), take out of it what was copied in any case (`always`), or leave it as it is (`never`). `sync=incremental` is short for bitmap and on-success, so it cannot have another; and a full copy that leaves the bitmap alone makes no use of it at all.',
      ],
      fails:
        'chain disk0: A\nblock-dirty-bitmap-add node=A name=b0\nbackup A target=E filename=e.qcow2 sync=incremental bitmap=b0 bitmap-mode=never\n',
      passes:
        'chain disk0: A\nblock-dirty-bitmap-add node=A name=b0\nbackup A target=E filename=e.qcow2 sync=bitmap bitmap=b0 bitmap-mode=never\n',
    },
    'bitmap-sizes-differ': {
      summary: 'Bitmaps of disks of different sizes should be merged.',
      story: [
        'A merge adds what one bitmap has noted to another, place for place. Granularities may differ, since a coarser bit just covers more. Disks of different sizes have no such places in common.',
      ],
      fails:
        'chain disk0: A size=64M\nchain disk1: K size=32M\nblock-dirty-bitmap-add node=A name=b0\nblock-dirty-bitmap-add node=K name=b0\nblock-dirty-bitmap-merge node=A target=b0 bitmaps=[{"node": "K", "name": "b0"}]\n',
      passes:
        'chain disk0: A size=64M\nchain disk1: K size=64M\nblock-dirty-bitmap-add node=A name=b0\nblock-dirty-bitmap-add node=K name=b0\nblock-dirty-bitmap-merge node=A target=b0 bitmaps=[{"node": "K", "name": "b0"}]\n',
    },
    'empty-merge': {
      summary: 'No bitmaps should be merged, at which QEMU crashes.',
      story: [
        'An empty list is a harmless request for nothing. QEMU 7.2 and later crash at it: the process is gone, and the guest with it. A script that builds the list has to ask first whether there is anything in it.',
      ],
      fails:
        'chain disk0: A\nblock-dirty-bitmap-add node=A name=b0\nblock-dirty-bitmap-merge node=A target=b0 bitmaps=[]\n',
      passes:
        'chain disk0: A\nblock-dirty-bitmap-add node=A name=b0\nblock-dirty-bitmap-add node=A name=b1\nblock-dirty-bitmap-merge node=A target=b0 bitmaps=[b1]\n',
    },
    'bitmap-not-storable': {
      summary: 'The image has no place to store a bitmap.',
      story: [
        'A persistent bitmap is written into the image when that is closed, and qcow2 is the only format that has room for it. Without `persistent` a bitmap lives as long as its node.',
      ],
      fails:
        'blockdev-add driver=null-co node-name=Z size=64M\nblock-dirty-bitmap-add node=Z name=b0 persistent=true\n',
      passes: 'blockdev-add driver=null-co node-name=Z size=64M\nblock-dirty-bitmap-add node=Z name=b0\n',
    },
    'bitmap-not-stored': {
      summary: 'A bitmap should be kept in an image that is read-only.',
      story: [
        'QEMU takes the command, and finds out only at the end, when the image is closed, that it cannot write the bitmap into it. What lies below the active layer is read-only, and nothing is written there that could be noted.',
      ],
      fails: 'chain disk0: A <- B\nblock-dirty-bitmap-add node=A name=b0 persistent=true\n',
      passes: 'chain disk0: A <- B\nblock-dirty-bitmap-add node=B name=b0 persistent=true\n',
      setting: { command: 'run' },
    },
    'bitmap-read-only': {
      summary: 'The bitmap is stored in an image that is read-only now.',
      story: [
        'When an overlay is put on an image, the image becomes read-only, and its stored bitmaps with it. They can still be read, as by a backup of that image, and no longer cleared or removed.',
      ],
      fails:
        'chain disk0: A\nblock-dirty-bitmap-add node=A name=b0 persistent=true\nsnapshot A overlay=B filename=b.qcow2\nblock-dirty-bitmap-clear node=A name=b0\n',
      passes:
        'chain disk0: A\nblock-dirty-bitmap-add node=A name=b0 persistent=true\nblock-dirty-bitmap-clear node=A name=b0\nsnapshot A overlay=B filename=b.qcow2\n',
      setting: { command: 'run' },
    },
    'bitmap-inconsistent': {
      summary: 'The bitmap was not closed by the QEMU that last wrote it.',
      story: [
        'A stored bitmap is marked as in use while its image is open. After a crash the mark is still there, and nobody knows which writes it missed. A backup that went by it would leave out data, so QEMU lets it be removed and nothing else. Add a new one, and begin with a full backup.',
      ],
      fails: 'chain disk0: A\nblock-dirty-bitmap-clear node=A name=b0\n',
      passes:
        'chain disk0: A\nblock-dirty-bitmap-remove node=A name=b0\nblock-dirty-bitmap-add node=A name=b0 persistent=true\n',
      setting: { command: 'elsewhere' },
    },
  },
};
