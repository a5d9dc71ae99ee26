import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSession } from '../../src/qmp/session.ts';
import { realClock } from '../../src/sim/clock.ts';
import { defaultDisks, graphOfDisks } from '../../src/sim/disks.ts';
import { type Listening, listen } from '../../src/sim/listen.ts';
import { makeMachine } from '../../src/sim/machine.ts';
import { SimulatorServer } from '../../src/sim/server.ts';
import { Simulator } from '../../src/sim/simulator.ts';
import { connect } from '../../src/transport/transports.ts';

let folder: string;
let open: Listening[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qblk-sim-'));
});
afterEach(async () => {
  await Promise.all(open.map(one => one.close()));
  open = [];
  rmSync(folder, { recursive: true });
});

async function listenOn(uri: string): Promise<Listening> {
  const simulator = new Simulator(makeMachine(), graphOfDisks(defaultDisks, 'system'), realClock());
  const listening = await listen(new SimulatorServer(simulator), uri);
  open.push(listening);
  return listening;
}

test('a client connects, and what it does is there for the next one', async () => {
  const { uri } = await listenOn(`unix:${join(folder, 'qmp')}`);
  const first = await openSession(await connect(uri));
  await first.execute('blockdev-add', { driver: 'null-co', 'node-name': 'T', size: 4096 });
  const second = openSession(await connect(uri));
  await first.close();
  const nodes = await (await second).execute('query-named-block-nodes', { flat: true });
  expect(nodes).toContainEqual(expect.objectContaining({ 'node-name': 'T' }));
  await (await second).close();
});

test('events carry the time of the world', async () => {
  const { uri } = await listenOn(`unix:${join(folder, 'qmp')}`);
  const before = Math.floor(Date.now() / 1000);
  const session = await openSession(await connect(uri));
  await session.execute('cont');
  expect(session.events).toMatchObject([{ event: 'RESUME' }]);
  expect(session.events[0]?.timestamp.seconds).toBeGreaterThanOrEqual(before);
  await session.close();
});

test('it listens on tcp as well', async () => {
  const free = createServer();
  await new Promise<void>(done => free.listen(0, '127.0.0.1', done));
  const { port } = free.address() as { port: number };
  await new Promise(done => free.close(done));
  const { uri } = await listenOn(`tcp:127.0.0.1:${port}`);
  const session = await openSession(await connect(uri));
  expect(session.greeting.package).toBe('qblk simulator');
  await session.close();
  await expect(listenOn(uri)).rejects.toThrow('somebody listens there already');
});

test('the socket goes with the listener; one that was left behind is replaced', async () => {
  const path = join(folder, 'qmp');
  const first = await listenOn(`unix:${path}`);
  expect(statSync(path).isSocket()).toBe(true);
  await first.close();
  expect(existsSync(path)).toBe(false);
  const left = createServer();
  await new Promise<void>(done => left.listen(path, done));
  // Only a listener that is killed leaves its socket behind: rename it from under one that closes.
  renameSync(path, `${path}.left`);
  await new Promise(done => left.close(done));
  expect(statSync(`${path}.left`).isSocket()).toBe(true);
  const again = await listenOn(`unix:${path}.left`);
  await (await openSession(await connect(again.uri))).close();
});

test('what is not its own to replace stays: a file, a folder, a socket that somebody serves', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, 'kept');
  await expect(listenOn(`unix:${file}`)).rejects.toThrow('is no socket');
  await expect(listenOn(folder)).rejects.toThrow('is no socket');
  expect(statSync(file).size).toBe(4);
  const { uri } = await listenOn(`unix:${join(folder, 'qmp')}`);
  await expect(listenOn(uri)).rejects.toThrow('somebody listens on');
  await (await openSession(await connect(uri))).close();
});

test.each([
  ['unix:', 'the path of the socket is missing'],
  ['ssh:host', 'not a kind of address'],
  ['unix:/nowhere/at/all', 'there is no folder /nowhere/at for the socket'],
])('%s is refused: %s', async (uri, words) => {
  await expect(listenOn(uri)).rejects.toMatchObject({
    name: 'SimulatorError',
    message: expect.stringContaining(words),
  });
});
