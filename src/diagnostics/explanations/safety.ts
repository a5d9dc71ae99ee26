import type { Theme } from './explanation.ts';

const ELSEWHERE = { setting: { command: 'elsewhere' } } as const;

/** What a script may do to a QEMU that somebody works with. */
export const safety: Theme = {
  title: 'What a QEMU that runs is kept safe from',
  explanations: {
    'command-not-allowed': {
      summary: 'A QMP command under its own name reaches beyond the block layer.',
      story: [
        'Whoever writes to a QMP socket can do whatever QEMU can: `migrate` runs programs, `chardev-add` opens sockets, `human-monitor-command` takes anything. What qblk makes of statements is a fixed set of commands. Under their own names a script may send those of the block layer, of jobs, of the NBD server and exports, every query, `stop`, `cont` and `quit`; on a QEMU that runs any other has to be allowed by whoever runs the script: `--allow-raw NAME`, once for each, where `*` stands for any characters.',
        'A migration needs `--allow-raw "migrate*"`. In a sandbox, in the simulator and where a script is only checked without a QEMU, everything passes.',
      ],
      fails: 'human-monitor-command command-line="info block"\n',
      passes: 'query-block\n',
      ...ELSEWHERE,
    },
    'path-outside': {
      summary: 'A file is outside of the folders that the script has to keep to.',
      story: [
        'With `--allow-path DIR` every file that a statement makes or opens, every socket, and every path of a `$` line and of `identical` has to lie in one of the folders given. A relative path of QEMU begins in the folder that QEMU was started in, which it does not tell, so it is written whole; a backing file may be named relative to its overlay, without `..`.',
        'Paths are compared as they are written, with `..` taken away. Symbolic links are not followed, since the QEMU may be on another host, and what an image that is opened has recorded as its own backing file or data file is not looked at: name the backing node, or none (`backing=null`). A name of which nobody can tell what it opens, such as a line of `human-monitor-command` that does more than ask, is refused.',
      ],
      fails: 'add E driver=qcow2 filename=/etc/e.qcow2\n',
      passes: 'add E driver=qcow2 filename=/images/e.qcow2\n',
      ...ELSEWHERE,
    },
    'behind-libvirt': {
      summary: 'The statement would change a disk of a guest that libvirt manages.',
      story: [
        'libvirt keeps its own books of which images a disk is made of. A chain that is changed on the monitor is not in them: after a commit with a pivot libvirt still names the old active layer, and opens it when the guest is started the next time. What the guest has written since is gone then, and nobody says so.',
        'Nodes with names such as `libvirt-1-format` give such a guest away, and so do the path of its monitor socket and the names of its drives. Snapshots, commits, streams, mirrors that the guest moves to, resizing, reopening and closing of its images, going back to an internal snapshot or deleting it, and `quit` are refused, with the virsh command that does the same. Backups, copies that the guest does not move to, bitmaps and questions are let through, with a note.',
        "A checkpoint of libvirt's is a persistent bitmap of its name, and a backup that others fetch is served by the NBD server. So a persistent bitmap that the script has not made is not removed, cleared, started, stopped or merged into, nor is a backup to clear it; a job on the guest's disks that it has not started is not cancelled, completed, finalized or dismissed; and an NBD server that the script has not started is not stopped, nor an export removed that libvirt has named. `--allow-libvirt` lets all of it through, for who tells libvirt otherwise.",
      ],
      fails: 'chain virtio-disk0: libvirt-2-format <- libvirt-1-format\ncommit libvirt-1-format then pivot\n',
      passes: 'query-named-block-nodes\n',
      ...ELSEWHERE,
    },
    'open-nbd-server': {
      summary: 'An NBD server is opened to the network, with nothing that keeps anybody off.',
      story: [
        'NBD itself asks nobody who they are. On an address that other hosts reach, whoever connects reads the images that are exported, and writes to those that are writable, and who listens in between sees the data. Within one host a UNIX socket in a folder of your own is the way. Between hosts QEMU takes `tls-creds`, the id of an object that holds certificates, and with `tls-authz` a list of who may come.',
      ],
      fails: 'chain disk0: A <- B\nnbd start 0.0.0.0:10809\nexport add B id=e0 name=b\n',
      passes: 'chain disk0: A <- B\nnbd start unix:nbd.sock\nexport add B id=e0 name=b\n',
    },
    'libvirt-not-told': {
      summary: 'A guest that libvirt manages is changed in a way that does it no harm.',
      story: [
        'A backup, or a copy that the guest does not move to, with nodes and jobs of its own, leaves the disks as libvirt knows them. libvirt still does not know what else is open, and may be in the way of it, or find it in its own: close your nodes when they have done their work.',
      ],
      fails: 'backup libvirt-1-format target=E filename=/images/e.qcow2 sync=full\n',
      passes: 'query-named-block-nodes\n',
      ...ELSEWHERE,
    },
    'format-probed': {
      summary: 'The format of an image would be looked for in its data.',
      story: [
        'What begins a raw image is what the guest has written there. A guest that writes the head of a qcow2 image, with a backing file of its choice, into its raw disk gets to read that file of the host, once somebody opens the disk without saying that it is raw. So each image that is opened is opened with its driver, and each backing file that is recorded is recorded with its format.',
        '`blockdev-add` has to be told the driver. Where `mode=existing` lets `drive-mirror` and `drive-backup` use an image that is there, `format=` says what it is; so do `options.backing-fmt=` of `blockdev-create`, and `-f`, and `-F` for the second image or the backing file, of qemu-img. An image that the script itself has made, or QEMU has open, in another format than raw cannot be taken for something else.',
        'An image may record the name of its backing file and no format: old versions of qemu-img made such. Where the QEMU is on this host, qblk looks into an image that is opened by its whole path, and into those below, and warns of one. `qemu-img rebase -u -F` records the format, and with `backing=NODE` QEMU does not go by what the image records.',
      ],
      fails: '$ qemu-img convert -O qcow2 disk.img e.qcow2\n',
      passes: '$ qemu-img convert -f raw -O qcow2 disk.img e.qcow2\n',
    },
    'secret-in-script': {
      summary: 'A secret is written out in the script.',
      story: [
        'A script is kept, shared and shown. A secret in it belongs to whoever reads it, and so does one in a saved plan or in what `qblk compile` writes: both have to have it, since they are there to be sent. QEMU reads secrets from files by itself: `object-add qom-type=secret id=s0 file=PATH`, and everything that takes one takes the id of such an object, as `key-secret=s0`.',
        'What qblk prints of a script, in plans, reports, records and diagnostics, has stars in the place of secrets as far as they can be told: members called `password` or alike, the data of secret objects, passwords in addresses. A saved plan, what `:save` and `:transcript` write, and the journal of a durable run hold what they are made of, and where that is a secret only you can read them; `qblk runs --forget` removes a journal.',
      ],
      fails: 'object-add qom-type=secret id=s0 data=hunter2\n',
      passes: 'object-add qom-type=secret id=s0 file=/run/secrets/s0\n',
    },
  },
};
