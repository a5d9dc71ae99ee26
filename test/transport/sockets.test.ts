import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConnectError } from '../../src/qmp/errors.ts';
import { openSession } from '../../src/qmp/session.ts';
import { readListeningPlace } from '../../src/transport/listening-place.ts';
import { connect } from '../../src/transport/transports.ts';
import { GREETING } from '../qmp/wire.ts';

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
  ['unix:/run/q.sock', { path: '/run/q.sock' }],
  ['/run/a:b', { path: '/run/a:b' }],
  ['q.sock', { path: 'q.sock' }],
  ['unix:q', { path: 'q' }],
  ['tcp:localhost:4444', { host: 'localhost', port: 4444 }],
  ['tcp://10.0.0.1:1', { host: '10.0.0.1', port: 1 }],
  ['tcp:[::1]:65535', { host: '::1', port: 65535 }],
])('%s is an address, of a server too', (uri, address) => {
  expect(readListeningPlace(uri)).toEqual(address);
});

test.each([
  ['', 'the path of the socket is missing'],
  ['unix:', 'the path of the socket is missing'],
  ['tcp:localhost', 'tcp:HOST:PORT'],
  ['tcp:h:0', 'tcp:HOST:PORT'],
  ['tcp:h:65536', 'tcp:HOST:PORT'],
  ['tcp:::1:44', 'tcp:HOST:PORT'],
  ['vsock:3:4', 'not a kind of address known here'],
  ['libvirt:domain', 'qblk does not speak to libvirt'],
  ['tls:h', 'tls:HOST:PORT'],
  ['tls:h:1?certt=x', 'no parameter of a tls address'],
  ['tls:h:1?cert=x', 'only with its key'],
  ['tls:h:1?ca=/none', "can't be read"],
  ['ssh:host/q', 'ssh://[USER@]HOST[:PORT]/PATH'],
  ['ssh://host', 'ssh://[USER@]HOST[:PORT]/PATH'],
  ['ssh://-oProxyCommand=x/q', 'begins with `-`'],
  ['ssh://host/a%zz', 'not encoded as a URL is'],
  ['ssh://host/a:b', 'a colon in its path'],
  ['exec:', 'the program is missing'],
  ['unix:/q,server=on,wait=off', "QEMU's own options"],
  [`unix:/${'é'.repeat(60)}`, 'has 121 bytes'],
])('%s is none', async (uri, words) => {
  const { message, help } = await refusal(uri);
  expect(message).toContain(words);
  expect(help.join()).toMatch(words.includes('read') ? /^$/ : /\w/);
});

test('what was said last is heard, although a command finds nobody there any more', async () => {
  const path = join(folder, 'last-words');
  const words = `require('net').createServer(s => s.once('data', () => s.write('why it goes', () => process.exit()))).listen(${JSON.stringify(path)}, () => console.log())`;
  const server = spawn(process.execPath, ['-e', words]);
  await once(server.stdout, 'data');
  const socket = await connect(path);
  let heard = '';
  socket.on('data', chunk => {
    heard += chunk;
  });
  socket.write('go');
  // Nothing is read before the server is gone.
  while (existsSync(`/proc/${server.pid}/fd/0`)) spawnSync('sleep', ['0.05']);
  socket.write('a command');
  await once(socket, 'close');
  expect(heard).toBe('why it goes');
});

test('other schemes are told which there are', async () => {
  expect((await refusal('vsock:3:4')).help[0]).toMatch(/^there is a path, unix:PATH, tcp:HOST:PORT, tls:/);
  expect((readListeningPlace('tls:h:1') as ConnectError).message).toContain(
    'not a kind of address to listen on',
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
