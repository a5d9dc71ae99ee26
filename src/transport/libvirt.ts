import { ConnectError } from '../qmp/errors.ts';
import type { Transport } from './transport.ts';

/** Refused: libvirt holds the monitor of its guests itself, and keeps books about their disks. */
export const libvirt: Transport = {
  async connect(_, uri) {
    throw new ConnectError(uri, "qblk does not speak to libvirt, which holds its guests' monitors itself", {
      help: [
        'to change the disks of such a guest use virsh, which keeps the books: blockcommit, blockpull, blockcopy, snapshot-create-as',
        'to look at them, give the guest a second monitor, with <qemu:commandline> in its XML:',
        '  -qmp unix:/run/qblk-GUEST.sock,server=on,wait=off',
      ],
    });
  },
};
