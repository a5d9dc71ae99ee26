import type { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../src/sim/clock.ts';
import { defaultDisks, graphOfDisks } from '../../src/sim/disks.ts';
import { duplexPair } from '../../src/sim/duplex-pair.ts';
import { makeMachine } from '../../src/sim/machine.ts';
import { SimulatorServer } from '../../src/sim/server.ts';
import { Simulator } from '../../src/sim/simulator.ts';
import { type Client, client, idle, settle } from './client.ts';
import { garbled, heardAs, refused } from './dialogue.ts';
import { orderOf } from './operations.ts';

const machine = makeMachine('7.2', 'storage-daemon');

function serve() {
  const simulator = new Simulator(machine, graphOfDisks(defaultDisks, 'storage-daemon'), virtualClock(0));
  let quit = 0;
  const server = new SimulatorServer(simulator, () => quit++);
  return {
    server,
    simulator,
    quits: () => quit,
    connect(): Client {
      const [near, far] = duplexPair();
      server.accept(far);
      return client(near);
    },
  };
}

async function negotiated(): Promise<Client & { readonly served: ReturnType<typeof serve> }> {
  const served = serve();
  const one = served.connect();
  await one.take(1);
  await one.ask('qmp_capabilities');
  return { ...one, served };
}

describe('a connection', () => {
  test('begins with a greeting that names a QEMU, and with its negotiation', async () => {
    const one = serve().connect();
    const [greeting] = await one.take(1);
    expect(greeting).toEqual({
      QMP: {
        version: { qemu: { major: 7, minor: 2, micro: 22 }, package: 'qblk simulator' },
        capabilities: [],
      },
    });
    one.send('{"execute":"query-jobs","id":[1,{"a":null}]}');
    expect(await one.take(1)).toEqual([
      {
        id: [1, { a: null }],
        error: {
          class: 'CommandNotFound',
          desc: "Expecting capabilities negotiation with 'qmp_capabilities'",
        },
      },
    ]);
    one.send('{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}');
    expect((await one.take(1)).map(heardAs)).toEqual(['GenericError: Capability oob not available']);
    one.send('{"execute":"qmp_capabilities","id":"now"}{"execute":"query-jobs","id":-1.5}');
    expect(await one.take(2)).toEqual([
      { return: {}, id: 'now' },
      { return: [], id: -1.5 },
    ]);
  });

  test('takes its bytes however they are cut, and answers in order', async () => {
    const { served: _, ...one } = await negotiated();
    const text = Buffer.from('{"execute":"query-jobs","id":"é"} {"execute":"nothing","id":2}\r\n');
    for (const byte of text) {
      one.stream.write(Uint8Array.of(byte));
      await settle();
    }
    expect(await one.take(2)).toMatchObject([
      { return: [], id: 'é' },
      { error: { class: 'CommandNotFound' }, id: 2 },
    ]);
  });

  test.each([...garbled, ...refused])('answers $sent as QEMU does', async ({ sent, heard }) => {
    const one = await negotiated();
    one.send(sent);
    expect((await one.take(heard.length)).map(heardAs)).toEqual(heard);
    await settle();
    expect(one.heard).toEqual([]);
  });

  test('of a second client is accepted, and greeted when the first one goes', async () => {
    const { served, ...first } = await negotiated();
    const second = served.connect();
    second.send('{"execute":"qmp_capabilities"}');
    await settle();
    expect(second.heard).toEqual([]);
    const third = served.connect();
    third.stream.destroy();
    first.stream.end();
    expect(await second.take(2)).toMatchObject([{ QMP: {} }, { return: {} }]);
    await first.closed;
  });

  test('leaves the jobs behind, and what they said while nobody listened is lost', async () => {
    const { served, ...first } = await negotiated();
    const args = { 'job-id': 'j', device: 'D', 'base-node': 'A', speed: 1024, 'auto-dismiss': false };
    first.send(JSON.stringify({ execute: 'block-stream', arguments: args }));
    expect(orderOf(await first.take(3))).toBe('c r R');
    first.stream.destroy();
    await idle();
    const second = served.connect();
    await second.take(1);
    await second.ask('qmp_capabilities');
    expect(await second.ask('query-jobs')).toMatchObject([{ return: [{ id: 'j', status: 'concluded' }] }]);
  });

  test('ends when `quit` is answered, for who waits as well', async () => {
    const { served, ...first } = await negotiated();
    const second = served.connect();
    first.send('{"execute":"quit"}{"execute":"query-jobs"}');
    expect(orderOf(await first.take(2))).toBe('EXPORT_DELETED R');
    await Promise.all([first.closed, second.closed]);
    expect([first.heard, second.heard, served.quits()]).toEqual([[], [], 1]);
  });
});

describe('the virtual clock', () => {
  const slow = { 'job-id': 'j', device: 'D', 'base-node': 'A', speed: 1024 * 1024, 'auto-dismiss': false };

  test('stands while a client goes on talking, and jumps when nobody has anything to say', async () => {
    const one = await negotiated();
    await one.ask('block-stream', slow);
    const statuses: string[] = [];
    for (let asked = 0; asked < 50; asked++) {
      const [reply] = await one.ask('query-jobs');
      statuses.push(reply.return[0].status);
    }
    expect(new Set(statuses)).toEqual(new Set(['running']));
    await one.ask('job-pause', { id: 'j' });
    await idle();
    expect(one.heard).toEqual([]);
    await one.ask('job-resume', { id: 'j' });
    await idle();
    expect(orderOf(one.heard)).toBe('w p COMPLETED k');
    expect(one.heard[0].timestamp.seconds).toBe(64);
  });

  test('does not keep one waiting who asks again and again', async () => {
    const one = await negotiated();
    await one.ask('block-stream', { ...slow, speed: 1 });
    const isRunning = async () => (await one.ask('query-jobs')).at(-1).return[0].status === 'running';
    let asked = 0;
    while (await isRunning()) asked++;
    expect(asked).toBeGreaterThan(200);
    expect(asked).toBeLessThan(20_000);
  });

  test('gives the same commands the same answers, times included', async () => {
    const play = async () => {
      const one = await negotiated();
      const said = [await one.ask('block-stream', slow), await one.ask('query-jobs')];
      await idle();
      return [...said, ...one.heard, await one.ask('query-block-jobs')];
    };
    expect(await play()).toEqual(await play());
  });
});

test('a stream that breaks is let go of', async () => {
  const { served, ...one } = await negotiated();
  one.stream.destroy(new Error('the wire is cut'));
  const next: Client = served.connect();
  expect(await next.take(1)).toMatchObject([{ QMP: {} }]);
  served.server.close();
  await next.closed;
});

test('a pair of streams carries bytes both ways and ends on both sides', async () => {
  const [near, far]: [Duplex, Duplex] = duplexPair();
  const heard = new Promise<string>(resolve => {
    let text = '';
    far.setEncoding('utf8').on('data', more => {
      text += more;
    });
    far.on('end', () => resolve(text));
  });
  near.write('ab');
  near.end('c');
  expect(await heard).toBe('abc');
});
