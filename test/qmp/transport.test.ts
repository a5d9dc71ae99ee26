import { once } from 'node:events';
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConnectError } from '../../src/qmp/errors.ts';
import { openSession } from '../../src/qmp/session.ts';
import { connect, parseAddress } from '../../src/qmp/transport.ts';
import { GREETING } from './wire.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qblk-transport-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const refusal = async (uri: string): Promise<ConnectError> => {
  const error = await connect(uri, { timeout: 2000 }).then(
    socket => socket.destroy(),
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(ConnectError);
  return error as ConnectError;
};

/** A server that greets, takes qmp_capabilities and answers every command with an empty object. */
function monitor(): Server {
  return createServer(socket => {
    socket.write(GREETING);
    socket.on('data', chunk => socket.write(`{"return": {}, "id": ${JSON.parse(chunk.toString()).id}}\r\n`));
  });
}

test.each([
  ['unix:/run/q.sock', { kind: 'unix', path: '/run/q.sock' }],
  ['/run/a:b', { kind: 'unix', path: '/run/a:b' }],
  ['q.sock', { kind: 'unix', path: 'q.sock' }],
  ['unix:q', { kind: 'unix', path: 'q' }],
  ['tcp:localhost:4444', { kind: 'tcp', host: 'localhost', port: 4444 }],
  ['tcp://10.0.0.1:1', { kind: 'tcp', host: '10.0.0.1', port: 1 }],
  ['tcp:[::1]:65535', { kind: 'tcp', host: '::1', port: 65535 }],
])('%s is an address', (uri, address) => {
  expect(parseAddress(uri)).toEqual(address);
});

test.each([
  ['', 'the path of the socket is missing'],
  ['unix:', 'the path of the socket is missing'],
  ['tcp:localhost', 'tcp:HOST:PORT'],
  ['tcp:h:0', 'tcp:HOST:PORT'],
  ['tcp:h:65536', 'tcp:HOST:PORT'],
  ['tcp:::1:44', 'tcp:HOST:PORT'],
  ['ssh://host/q.sock', 'not a kind of address known here'],
  ['libvirt:domain', 'not a kind of address known here'],
  ['unix:/q,server=on,wait=off', "QEMU's own options"],
  [`unix:/${'é'.repeat(60)}`, 'has 121 bytes'],
])('%s is none', async (uri, words) => {
  const error = parseAddress(uri);
  expect(error).toBeInstanceOf(ConnectError);
  expect((error as ConnectError).message).toContain(words);
  expect((error as ConnectError).help.length).toBeGreaterThan(0);
  expect((await refusal(uri)).message).toContain(words);
});

test('other schemes are told which are supported', () => {
  expect((parseAddress('vsock:3:4') as ConnectError).help.join()).toContain(
    'unix:PATH, a bare path, and tcp:HOST:PORT',
  );
});

test('a socket that is not there', async () => {
  const error = await refusal(`unix:${folder}/none`);
  expect(error.code).toBe('ENOENT');
  expect(error.message).toBe(`cannot connect to unix:${folder}/none: there is no such socket`);
  expect(error.cause).toBeInstanceOf(Error);
});

test('a file that is no socket', async () => {
  writeFileSync(join(folder, 'file'), '');
  expect((await refusal(join(folder, 'file'))).message).toContain('this is not a socket');
});

test('a socket that its QEMU left behind', async () => {
  const server = createServer().listen(join(folder, 'live'));
  await once(server, 'listening');
  // Closing removes the file under the name it was made with: moved away, it stays.
  renameSync(join(folder, 'live'), join(folder, 'stale'));
  await new Promise(resolve => server.close(resolve));
  expect((await refusal(join(folder, 'stale'))).message).toContain('nobody listens on this socket any more');
});

test.skipIf(process.getuid?.() === 0)('a socket without permission', async () => {
  const server = createServer().listen(join(folder, 'shut'));
  await once(server, 'listening');
  chmodSync(join(folder, 'shut'), 0);
  expect((await refusal(join(folder, 'shut'))).message).toContain('permission denied');
  server.close();
});

test('a port that nobody listens on', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  const error = await refusal(`tcp:127.0.0.1:${port}`);
  expect(error.code).toBe('ECONNREFUSED');
  expect(error.message).toContain('nobody listens on this port');
});

test.each(['unix', 'tcp'])('a session over %s', async kind => {
  const server = kind === 'unix' ? monitor().listen(join(folder, 'q')) : monitor().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const uri = kind === 'unix' ? join(folder, 'q') : `tcp:127.0.0.1:${(server.address() as AddressInfo).port}`;
  const session = await openSession(await connect(uri), { address: uri });
  expect(await session.execute('query-jobs')).toEqual({});
  await session.close();
  await new Promise(resolve => server.close(resolve));
});
