import { join } from 'node:path';
import { expect } from 'vitest';
import type { FaultyQemu } from './faulty-qemu.ts';
import { fault, readsAsBefore } from './fixtures.ts';
import { fullFolder } from './full-folder.ts';

const SCRIPT = 'chain disk0: A <- B <- C; commit B base=A; commit C base=A then pivot; print "done"';

/** How many jobs there have been: a command that was sent twice makes one too many. */
const jobsMade = ({ session }: FaultyQemu) =>
  session.events.filter(({ event, data }) => event === 'JOB_STATUS_CHANGE' && data['status'] === 'created')
    .length;

export function fullJournals(): void {
  fault(13, 'a journal that may not grow: nothing is sent, and the run goes on later', async bench => {
    const qemu = await bench.qemu();
    const env = { XDG_STATE_HOME: join(bench.folder, 'state') };
    // A limit of 3 KiB a file is what a full quota looks like to a process.
    const words = ['run', '--durable', '--qmp', qemu.socket, '-c', SCRIPT];
    const stopped = await bench.run(words, { env, under: ['bash', '-c', 'ulimit -f 3; exec "$@"', ''] });
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toContain("can't be written");
    expect(stopped.stderr).toContain(
      'nothing more was sent\nhelp: make room for it, then go on: qblk resume',
    );
    expect(await bench.run(['resume'], { env })).toMatchObject({ code: 0, stdout: 'done\n' });
    expect(jobsMade(qemu)).toBe(2);
    await qemu.quit();
    await readsAsBefore(join(qemu.directory, 'A.qcow2'));
  });

  fault(13, 'a disk that fills under a journal', async bench => {
    const qemu = await bench.qemu();
    const full = fullFolder(bench, 8);
    if (!full)
      return console.warn('no file system can be mounted here: the disk under a journal does not fill');
    try {
      const env = { XDG_STATE_HOME: full.path };
      const words = ['run', '--durable', '--qmp', qemu.socket, '-c', SCRIPT];
      const stopped = await bench.run(words, { env });
      expect(stopped.code).toBe(1);
      expect(stopped.stderr).toContain("can't be written: ENOSPC: no space left on device");
      full.free();
      const resumed = await bench.run(['resume'], { env });
      expect(resumed).toMatchObject({ code: 0, stdout: 'done\n' });
      expect(jobsMade(qemu)).toBe(2);
      await qemu.quit();
      await readsAsBefore(join(qemu.directory, 'A.qcow2'));
    } finally {
      full.remove();
    }
  });
}
