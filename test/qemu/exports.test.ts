import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { Bench } from '../support/bench.ts';
import { onEachEngine } from '../support/each-engine.ts';

const done = { end: 'done', reason: '' };
const START = 'chain disk0: A\n';

/** A client of the export `disk` of the server at `nbd.sock`, which stays connected until it is killed. */
async function connectClient({ engine, sandbox }: Bench) {
  const url = `nbd+unix:///disk?socket=${sandbox.directory}/nbd.sock`;
  const client = spawn(engine.qemuIo, ['-r', '-f', 'raw', url], { stdio: ['pipe', 'pipe', 'pipe'] });
  client.stdin.write('read 0 512\n');
  for await (const text of client.stdout) if (String(text).includes('read 512')) break;
  return {
    end: async () => {
      client.stdin.destroy();
      client.kill();
      if (client.exitCode === null && client.signalCode === null) await once(client, 'exit');
    },
  };
}

onEachEngine(
  'an export',
  (_, start, run) => {
    test('is gone when its statement is done, so that its node can be closed', async () => {
      const bench = await run(
        `${START}create E filename=e.qcow2 size=64M\nbitmap add E name=b0 persistent=on\nbitmap disable E name=b0\n` +
          'nbd start unix:nbd.sock\nexport add E id=x0 bitmaps=b0\nexport del x0\nbitmap remove E name=b0\ndel E\nnbd stop\n',
      );
      expect(bench.ran).toMatchObject(done);
    });

    test('that a client uses is ended by mode=hard alone, and then wholly', async () => {
      const bench = await start(START);
      const ran = await bench.run(
        `${START}create E filename=e.qcow2 size=64M\nnbd start unix:nbd.sock\nexport add E id=x0 name=disk\n`,
      );
      expect(ran).toMatchObject(done);
      const client = await connectClient(bench);
      try {
        expect((await bench.run('export del x0\n')).reason).toMatch(/in use|has active users/);
        expect(await bench.run('export del x0 mode=hard\ndel E\nnbd stop\n')).toMatchObject(done);
      } finally {
        await client.end();
      }
    });

    test('is reached at the port of a host, by the name that was given', async () => {
      const bench = await start(START);
      const ran = await bench.run(`${START}nbd start 127.0.0.1:0\nexport add A id=x0 name=disk\nnbd stop\n`);
      expect(ran).toMatchObject(done);
      const [address] = bench.sent.filter(({ execute }) => execute === 'nbd-server-start');
      expect(address?.arguments.addr).toEqual({ type: 'inet', data: { host: '127.0.0.1', port: '0' } });
    });
  },
  'few',
);
