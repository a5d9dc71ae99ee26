import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { StatementFailure } from '../../src/compile/evaluate/failure.ts';
import { onEachEngine } from '../support/each-engine.ts';
import {
  compareWithStart,
  filesBelow,
  identical,
  imageInfo,
  namedNodes,
  shutDown,
} from '../support/what-is-there.ts';

const done = { end: 'done', reason: '' };
const MiB = 1024 * 1024;

onEachEngine(
  'images',
  (engine, start, run) => {
    test('create makes a file and opens it, resize grows it, del closes it, add opens it again', async () => {
      const bench = await run(`
      chain disk0: A <- B
      create E filename=e.qcow2 size=64M backing=A
      expect chain A <- E
      resize E size=128M
      del E
      add F driver=qcow2 filename=e.qcow2 backing=A
      create G filename=g.img driver=raw size=3M
    `);
      expect(bench.ran).toMatchObject(done);
      expect(await namedNodes(bench)).toEqual(['A', 'B', 'F', 'G']);
      expect(imageInfo(bench, 'e.qcow2')).toMatchObject({
        'virtual-size': 128 * MiB,
        'backing-filename': 'A.qcow2',
      });
      expect(imageInfo(bench, 'g.img')).toMatchObject({ 'virtual-size': 3 * MiB, format: 'raw' });
      expect(
        (await bench.execute('query-named-block-nodes')).find((node: any) => node['node-name'] === 'F'),
      ).toMatchObject({
        drv: 'qcow2',
        image: { 'virtual-size': 128 * MiB, 'backing-image': { filename: 'A.qcow2' } },
      });
    });

    // A storage daemon of 10.0 to 11.1 dies of a resize under its vhost-user-blk export while nobody is connected to that.
    test.skipIf(engine.kind === 'storage-daemon')(
      'resize of the active layer is what the guest sees',
      async () => {
        const bench = await run('chain disk0: A <- B\nresize B size=96M\n');
        expect(bench.ran).toMatchObject(done);
        expect(imageInfo(bench, 'B.qcow2')['virtual-size']).toBe(96 * MiB);
      },
    );

    test.each([
      ['made by the snapshot', 'snapshot B overlay=C filename=c.qcow2'],
      [
        'that is open already',
        'create C filename=c.qcow2 size=64M\ndel C\nadd C driver=qcow2 filename=c.qcow2 backing=null\nsnapshot B overlay=C',
      ],
    ])('an overlay %s is where the guest is then, and what was there stays', async (_, statements) => {
      const bench = await run(`chain disk0: A <- B\n${statements}\nexpect chain disk0: A <- B <- C\n`);
      expect(bench.ran).toMatchObject(done);
      expect(await filesBelow(bench)).toEqual(['A.qcow2', 'B.qcow2', 'c.qcow2']);
      await shutDown(bench);
      expect(await compareWithStart(bench, 'B.qcow2')).toBe(identical);
    });

    test.each([
      'snapshot B overlay=E filename=taken',
      'create E filename=taken size=64M',
      'mirror B target=E filename=taken sync=full then cancel',
      'backup B target=E filename=taken sync=full',
    ])('an existing file is never written over: %s', async statement => {
      const text = `chain disk0: A <- B\n${statement}\n`;
      const bench = await start(text);
      writeFileSync(join(bench.sandbox.directory, 'taken'), 'precious');
      const ran = await bench.run(text);
      expect(ran.end).toBe('refused');
      expect((ran.error as StatementFailure).finding).toMatchObject({
        code: 'file-exists',
        severity: 'error',
      });
      expect(readFileSync(join(bench.sandbox.directory, 'taken'), 'utf8')).toBe('precious');
      expect(await filesBelow(bench)).toEqual(['A.qcow2', 'B.qcow2']);
      expect(await namedNodes(bench)).toEqual(['A', 'B']);
    });

    const running = 'query-status.running == true';
    const sync =
      'blockdev-snapshot-sync node-name=B snapshot-node-name=E snapshot-file=taken format=qcow2 mode=absolute-paths';
    const drive = 'drive-backup device=B target=taken sync=full format=raw job-id=j';
    const made = 'blockdev-create job-id=j options.driver=file options.filename=taken options.size=0';
    const listening = 'nbd-server-start addr.type=unix addr.data.path=taken';
    test.each([
      ['on a way that only the run decides', `if ${running} { ${sync} } else { ${sync} }`],
      ['of which nobody knows whether it works', `${drive} else { fail $error }`],
      ['for each of what QEMU tells', `for status in [query-status.status] { ${made} }`],
      ['under a name that QEMU tells', `let now = query-status\n${made.replace('taken', '$now.status')}`],
      ['past the checker', `expect error from ${sync}`],
      ['for a socket', `if ${running} { ${listening} } else { ${listening} }`],
      ['for a socket, past the checker', `expect error from ${listening}`],
      ['for a socket, by a statement', 'nbd start unix:taken'],
    ])('nor by a command under its own name, %s', async (_, statements) => {
      const text = `chain disk0: A <- B\n${statements}\n`;
      const bench = await start(text);
      const status = String((await bench.execute('query-status').catch(() => undefined))?.status);
      for (const name of ['taken', status]) writeFileSync(join(bench.sandbox.directory, name), 'precious');
      const ran = await bench.run(text);
      expect(ran.reason).toMatch(/there already/);
      for (const name of ['taken', status])
        expect(readFileSync(join(bench.sandbox.directory, name), 'utf8')).toBe('precious');
      expect(bench.sent.filter(({ execute }) => /sync$|^drive|create$|start$/.test(execute))).toEqual([]);
    });

    test("a socket that is left over is in nobody's way", async () => {
      const text =
        'chain disk0: A <- B\nnbd start unix:old.sock\nnbd stop\nnbd-server-start addr.type=unix addr.data.path=old.sock\nnbd stop\n';
      const bench = await start(text);
      const server = createServer().listen(join(bench.sandbox.directory, 'old.sock'));
      await once(server, 'listening');
      try {
        expect(await bench.run(text)).toMatchObject(done);
      } finally {
        server.close();
      }
    });

    test('unless overwrite=on says so', async () => {
      const text = 'chain disk0: A <- B\nbackup B target=E filename=taken sync=full overwrite=on\ndel E\n';
      const bench = await start(text);
      writeFileSync(join(bench.sandbox.directory, 'taken'), 'worthless');
      expect(await bench.run(text)).toMatchObject(done);
      await shutDown(bench);
      expect(await compareWithStart(bench, 'taken')).toBe(identical);
    });

    test('a statement that fails in the plan makes no file', async () => {
      const bench = await run('chain disk0: A <- B\ncreate E filename=e.qcow2 size=64M\ndel A\n');
      expect(bench.ran).toMatchObject({ end: 'script', reason: expect.stringContaining('node-in-use') });
      expect(existsSync(join(bench.sandbox.directory, 'e.qcow2'))).toBe(false);
      expect(bench.sent.filter(({ execute }) => !/^(query-|qmp_|x-debug-query)/.test(execute))).toEqual([]);
    });
  },
  'few',
);
