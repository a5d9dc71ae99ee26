import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { drawTree } from '../../src/graph/draw-tree.ts';
import { look } from '../../src/runner/look.ts';
import { liveSchema } from '../../src/target/live-schema.ts';
import { haveStorageDaemon, startDaemon } from '../jobs/storage-daemon.ts';

test.skipIf(!haveStorageDaemon())(
  'what another client sees of a mirror that is ready, a bitmap and a base with two overlays',
  async () => {
    const daemon = await startDaemon();
    try {
      const schema = await liveSchema(daemon.session);
      if (!schema) throw new Error('it tells no schema');
      const execute = (command: string, args: any) => daemon.session.execute(command, args);
      daemon.run('qemu-img', 'create', '-q', '-f', 'qcow2', 'A.qcow2', '1M');
      for (const overlay of ['B.qcow2', 'C.qcow2'])
        daemon.run('qemu-img', 'create', '-q', '-f', 'qcow2', '-b', 'A.qcow2', '-F', 'qcow2', overlay);
      daemon.run('qemu-img', 'create', '-q', '-f', 'qcow2', 'T.qcow2', '1M');
      const open = (name: string, more = {}) =>
        execute('blockdev-add', {
          driver: 'qcow2',
          'node-name': name,
          file: { driver: 'file', filename: `${name}.qcow2` },
          ...more,
        });
      await open('A', { 'read-only': true, backing: null });
      await open('B', { backing: 'A' });
      await open('C', { backing: 'A' });
      await open('T');
      await execute('block-dirty-bitmap-add', { node: 'B', name: 'b0', persistent: true });
      await execute('blockdev-mirror', { 'job-id': 'm', device: 'B', target: 'T', sync: 'full' });
      for (let status = ''; status !== 'ready'; await pause(5)) {
        const [job] = (await execute('query-jobs', {})) as any;
        status = job.status;
      }
      expect(drawTree(await look(daemon.session, schema))).toMatchInlineSnapshot(`
        "T
          ● T  qcow2  1M  rw  T.qcow2
              written by m: mirror B → T, ready

        A <- C
        A <- B
          ● C     qcow2  1M  rw  C.qcow2
          │  ◇ mirror_top, a filter
          │  ● B  qcow2  1M  rw  B.qcow2
          │  │   bitmap b0: recording, persistent, granularity 64K
          │  │   m: mirror B → T, ready
          ├──╯
          ○ A     qcow2  1M  ro  A.qcow2"
      `);
    } finally {
      await daemon.stop();
    }
  },
);
