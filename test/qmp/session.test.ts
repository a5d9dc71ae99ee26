import { expect, test } from 'vitest';
import {
  ConnectionLostError,
  ExecuteError,
  GreetingError,
  ProtocolError,
  QmpError,
} from '../../src/qmp/errors.ts';
import { openSession } from '../../src/qmp/session.ts';
import { eventLine, GREETING, negotiated, Peer } from './wire.ts';

const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

test('negotiates and tells what QEMU said of itself', async () => {
  const { peer, session } = await negotiated();
  expect(peer.sent).toEqual(['{"execute":"qmp_capabilities","id":0}']);
  expect(session.greeting).toEqual({
    version: { major: 7, minor: 2, micro: 22 },
    package: 'test',
    capabilities: ['oob'],
  });
  session.destroy();
});

test('sends compact JSON, all of one go in one write, and matches replies by id', async () => {
  const { peer, session } = await negotiated();
  const first = session.execute('query-jobs');
  const second = session.execute('job-dismiss', { id: 'é', big: 18446744073709551615n });
  await peer.heard(2);
  expect(peer.sent.slice(1)).toEqual([
    '{"execute":"query-jobs","id":1}{"execute":"job-dismiss","arguments":{"id":"é","big":18446744073709551615},"id":2}',
  ]);
  peer.say('{"return": "two", "id": 2}\r\n{"return": [9223372036854775807], "id": 1}\r\n');
  expect(await second).toBe('two');
  expect(await first).toEqual([9223372036854775807n]);
  session.destroy();
});

test("QEMU's refusal is an ExecuteError that names the command", async () => {
  const { peer, session } = await negotiated();
  const refused = caught(session.execute('block-commit', { device: 'x' }));
  peer.say(`{"id": 1, "error": {"class": "DeviceNotFound", "desc": "Device 'x' not found"}}\r\n`);
  const error = (await refused) as ExecuteError;
  expect(error).toBeInstanceOf(ExecuteError);
  expect(error).toMatchObject({
    name: 'ExecuteError',
    class: 'DeviceNotFound',
    description: "Device 'x' not found",
    command: 'block-commit',
    arguments: { device: 'x' },
    message: "block-commit: Device 'x' not found (DeviceNotFound)",
  });
  session.destroy();
});

test('errors without an id go to the oldest command in flight, and to nobody where there is none', async () => {
  const { peer, session } = await negotiated();
  const first = caught(session.execute('a'));
  const second = session.execute('b');
  peer.say(
    '{"error": {"class": "GenericError", "desc": "JSON nesting too deep"}}\r\n{"return": 1, "id": 2}\r\n',
  );
  peer.say('{"error": {"class": "GenericError", "desc": "JSON parse error"}}\r\n');
  expect(((await first) as ExecuteError).command).toBe('a');
  expect(await second).toBe(1);
  const third = session.execute('c');
  peer.say('{"return": 3, "id": 3}\r\n');
  expect(await third).toBe(3);
  session.destroy();
});

test('events are logged in order, those that overtook the negotiation included', async () => {
  const peer = new Peer();
  const opening = openSession(peer);
  peer.say(GREETING + eventLine('EARLY'));
  await peer.heard(1);
  peer.say(`${eventLine('MIDDLE', { a: 1 })}{"return": {}, "id": 0}\r\n${eventLine('LATE')}`);
  const session = await opening;
  expect(session.events.map(({ sequence, event, data }) => ({ sequence, event, data }))).toEqual([
    { sequence: 1, event: 'EARLY', data: {} },
    { sequence: 2, event: 'MIDDLE', data: { a: 1 } },
    { sequence: 3, event: 'LATE', data: {} },
  ]);
  expect(session.events[0]?.timestamp).toEqual({ seconds: 1, microseconds: 2 });
  session.forgetEvents(3);
  expect(session.events.map(event => event.event)).toEqual(['LATE']);
  session.forgetEvents(99);
  expect(session.events).toEqual([]);
  peer.say(eventLine('NEXT'));
  await new Promise(setImmediate);
  expect(session.events.map(event => event.sequence)).toEqual([4]);
  session.destroy();
});

test('a listener sees an event before a reply behind it settles, and no more once unsubscribed', async () => {
  const { peer, session } = await negotiated();
  const seen: string[] = [];
  const unsubscribe = session.onEvent(event => seen.push(event.event));
  const reply = session.execute('a').then(() => seen.push('reply'));
  peer.say(`${eventLine('ONE')}{"return": {}, "id": 1}\r\n${eventLine('TWO')}`);
  await reply;
  expect(seen).toEqual(['ONE', 'TWO', 'reply']);
  unsubscribe();
  peer.say(eventLine('THREE'));
  await new Promise(setImmediate);
  expect(seen).toHaveLength(3);
  expect(session.events).toHaveLength(3);
  session.destroy();
});

test('nobody greets: within the bound it says that another client holds the monitor', async () => {
  const peer = new Peer();
  const start = performance.now();
  const error = (await caught(
    openSession(peer, { address: 'unix:/x', greetingTimeout: 50 }),
  )) as GreetingError;
  expect(performance.now() - start).toBeLessThan(1500);
  expect(error).toBeInstanceOf(GreetingError);
  expect(error).toBeInstanceOf(ProtocolError);
  expect(error.message).toBe('unix:/x: nothing was said within 0.05 s: another client holds this monitor');
  expect(error.help.join()).toContain('one client at a time');
  expect(peer.destroyed).toBe(true);
});

test('a greeting without a reply to qmp_capabilities is bounded too', async () => {
  const peer = new Peer();
  peer.say(GREETING);
  const error = (await caught(openSession(peer, { greetingTimeout: 50 }))) as GreetingError;
  expect(error).toBeInstanceOf(GreetingError);
  expect(error.message).toContain('did not take qmp_capabilities');
});

test.each([
  ["QEMU 7.2.22 monitor - type 'help'\r\n", 'not a QMP monitor'],
  ['{"return": {}}\r\n', 'not a QMP monitor'],
  ['{"QMP": {"version": {"qemu": {"major": "7"}}}}\r\n', 'not a QMP monitor'],
  [null, 'ended before it was negotiated'],
])('%j instead of a greeting', async (said, words) => {
  const peer = new Peer();
  const opening = caught(openSession(peer));
  if (said === null) peer.hangUp();
  else peer.say(said);
  const error = (await opening) as GreetingError;
  expect(error).toBeInstanceOf(GreetingError);
  expect(error.message).toContain(words);
  if (said !== null) expect(error.cause).toBeInstanceOf(ProtocolError);
});

test('a refused negotiation has the refusal as its cause', async () => {
  const peer = new Peer();
  const opening = caught(openSession(peer));
  peer.say(GREETING);
  await peer.heard(1);
  peer.say('{"id": 0, "error": {"class": "CommandNotFound", "desc": "no"}}\r\n');
  const error = (await opening) as GreetingError;
  expect(error).toBeInstanceOf(GreetingError);
  expect(error.cause).toBeInstanceOf(ExecuteError);
});

test('time runs out for the greeting alone', async () => {
  const { peer, session } = await negotiated({ greetingTimeout: 30 });
  const slow = session.execute('a');
  await new Promise(resolve => setTimeout(resolve, 80));
  peer.say('{"return": 1, "id": 1}\r\n');
  expect(await slow).toBe(1);
  session.destroy();
});

test('QEMU goes away: what was in flight is told, and nothing more can be sent', async () => {
  const { peer, session } = await negotiated();
  const first = caught(session.execute('blockdev-add', { driver: 'null-co' }));
  const second = caught(session.execute('query-jobs'));
  peer.say('{"return": ');
  peer.hangUp();
  const error = (await first) as ConnectionLostError;
  expect(error).toBeInstanceOf(ConnectionLostError);
  expect(error.inFlight).toEqual([
    { command: 'blockdev-add', arguments: { driver: 'null-co' } },
    { command: 'query-jobs', arguments: {} },
  ]);
  expect(error.message).toBe(
    'unix:test: QEMU went away, in the middle of a message; no reply to blockdev-add, which may or may not have run',
  );
  expect(await second).toBe(error);
  expect(await session.closed).toBe(error);
  const late = (await caught(session.execute('query-jobs'))) as ConnectionLostError;
  expect(late.message).toContain('query-jobs was not sent');
});

test('a stream error is the cause of the loss', async () => {
  const { peer, session } = await negotiated();
  const fault = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  peer.destroy(fault);
  const lost = await session.closed;
  expect(lost).toBeInstanceOf(QmpError);
  expect(lost?.cause).toBe(fault);
});

test('a shutdown that was announced is named', async () => {
  const { peer, session } = await negotiated();
  peer.say(eventLine('SHUTDOWN', { guest: false, reason: 'host-signal' }));
  peer.hangUp();
  expect((await session.closed)?.message).toContain('it was shut down (host-signal)');
});

test('an answered quit makes the end of the connection a normal one', async () => {
  const { peer, session } = await negotiated();
  const quit = session.execute('quit');
  peer.say('{"return": {}, "id": 1}\r\n');
  peer.hangUp();
  expect(await quit).toEqual({});
  expect(await session.closed).toBeUndefined();
});

test('an unanswered quit is a loss', async () => {
  const { peer, session } = await negotiated();
  const quit = caught(session.execute('quit'));
  peer.hangUp();
  expect(await quit).toBeInstanceOf(ConnectionLostError);
  expect(await session.closed).toBeInstanceOf(ConnectionLostError);
});

test.each([
  ['no JSON', 'Segmentation fault\r\n', '"Segmentation fault"'],
  ['neither reply nor event', '{"hello": 1}\r\n', 'neither a reply nor an event'],
  ['a reply to nothing', '{"return": {}, "id": 77}\r\n', 'a reply to nothing that was asked'],
])('garbage in the middle ends the connection: %s', async (_, said, words) => {
  const { peer, session } = await negotiated();
  const asked = caught(session.execute('query-jobs'));
  peer.say(said);
  const error = (await asked) as ConnectionLostError;
  expect(error).toBeInstanceOf(ConnectionLostError);
  expect(error.cause).toBeInstanceOf(ProtocolError);
  expect(error.message).toContain(words);
  expect(await session.closed).toBe(error);
  expect(peer.destroyed).toBe(true);
});

test('close waits for what is in flight and takes nothing new', async () => {
  const { peer, session } = await negotiated();
  const asked = session.execute('a');
  const closing = session.close();
  await new Promise(setImmediate);
  expect(peer.destroyed).toBe(false);
  expect(await caught(session.execute('b'))).toBeInstanceOf(ConnectionLostError);
  peer.say('{"return": 1, "id": 1}\r\n');
  expect(await asked).toBe(1);
  await closing;
  expect(peer.destroyed).toBe(true);
  expect(await session.closed).toBeUndefined();
});

test('destroy does not wait, and is no loss to anybody but the commands in flight', async () => {
  const { peer, session } = await negotiated();
  const asked = caught(session.execute('a'));
  session.destroy();
  expect(((await asked) as ConnectionLostError).inFlight).toEqual([{ command: 'a', arguments: {} }]);
  expect(await session.closed).toBeUndefined();
  expect(peer.destroyed).toBe(true);
});

test('the trace has every message of both directions, as on the wire', async () => {
  const trace: string[] = [];
  const times: number[] = [];
  const { peer, session } = await negotiated({
    trace: (direction, text, time) => {
      trace.push(`${direction} ${text}`);
      times.push(time);
    },
  });
  peer.say(eventLine('E'));
  await new Promise(setImmediate);
  session.destroy();
  expect(trace).toEqual([
    `receive ${GREETING.trim()}`,
    'send {"execute":"qmp_capabilities","id":0}',
    'receive {"return": {}, "id": 0}',
    `receive ${eventLine('E').trim()}`,
  ]);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(Math.abs((times[0] ?? 0) - Date.now())).toBeLessThan(60_000);
});
