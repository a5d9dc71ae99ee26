import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { MessageReader } from '../../src/qmp/framing.ts';
import { openSession, type Session } from '../../src/qmp/session.ts';
import { connect } from '../../src/transport/transports.ts';
import { GREETING } from '../qmp/wire.ts';
import { makeCertificates } from './certificates.ts';

let folder: string;
let certificates: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qblk-wire-'));
  certificates = makeCertificates(join(folder, 'tls'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(servers.splice(0).map(server => new Promise(resolve => server.close(resolve))));
});

/** Serves each connection with `serve`, over a transport; answers with its address. */
async function served(kind: string, serve: (socket: Socket) => void): Promise<string> {
  const taken = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  };
  const pem = (name: string) => readFileSync(join(certificates, `${name}.pem`));
  const server =
    kind === 'tls'
      ? createTlsServer({ cert: pem('server-cert'), key: pem('server-key') }, taken)
      : createServer(taken);
  servers.push(server);
  const path = join(folder, `${kind}.sock`);
  if (kind === 'unix' || kind === 'exec') server.listen(path);
  else server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bridge = `s=require("net").connect("${path}");process.stdin.pipe(s).pipe(process.stdout)`;
  if (kind === 'exec') return `exec:node -e ${bridge}`;
  if (kind === 'unix') return path;
  const { port } = server.address() as { port: number };
  return kind === 'tls' ? `tls:127.0.0.1:${port}?ca=${certificates}/ca-cert.pem` : `tcp:127.0.0.1:${port}`;
}

const open = async (uri: string): Promise<Session> =>
  openSession(await connect(uri), { address: uri, greetingTimeout: 15_000 });

/** Calls `answer` with the id of each command that a client sends; newlines alone are none. */
function onCommand(socket: Socket, answer: (id: number, command: string) => void): void {
  const reader = new MessageReader(({ id, execute }) => answer(Number(id), String(execute)));
  socket.on('data', chunk => {
    // A client's messages have no end of line.
    for (const part of chunk.toString().split(/\n|(?<=\})(?=\{"execute)/))
      if (part.trim()) reader.push(Buffer.from(`${part}\n`));
  });
}

describe.each(['unix', 'tcp', 'tls', 'exec'])('over %s', kind => {
  test('messages come whole however they were split', async () => {
    const value = 'é漢😀'.repeat(50);
    const uri = await served(kind, socket => {
      const slowly = async (text: string) => {
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length; at += 7) {
          socket.write(bytes.subarray(at, at + 7));
          if (at % 70 === 0) await new Promise(setImmediate);
        }
      };
      let saying = slowly(GREETING);
      onCommand(socket, id => {
        saying = saying.then(() => slowly(`{"return": "${value}", "id": ${id}}\r\n`));
      });
    });
    const session = await open(uri);
    expect(await Promise.all([1, 2, 3].map(() => session.execute('query-name')))).toEqual([
      value,
      value,
      value,
    ]);
    await session.close();
  });

  test('half a message, then nothing more', async () => {
    const uri = await served(kind, socket => {
      socket.write(GREETING);
      onCommand(socket, (id, command) => {
        if (command === 'qmp_capabilities') socket.write(`{"return": {}, "id": ${id}}\r\n`);
        else socket.end(`{"return": {"status": "run`);
      });
    });
    const session = await open(uri);
    await expect(session.execute('query-status')).rejects.toThrow(
      /in the middle of a message|ended with status/,
    );
    await session.closed;
  });

  test('garbage before and after the greeting', async () => {
    const uri = await served(kind, socket => void socket.write('\x16\x03\x01 220 mail.example ESMTP\r\n'));
    await expect(open(uri)).rejects.toThrow('this is not a QMP monitor');
    for (const server of servers.splice(0)) server.close();
    const later = await served(kind, socket => {
      socket.write(GREETING);
      onCommand(socket, (id, command) => {
        socket.write(command === 'qmp_capabilities' ? `{"return": {}, "id": ${id}}\r\n` : '(qemu) what?\r\n');
      });
    });
    const session = await open(later);
    await expect(session.execute('query-status')).rejects.toThrow('what came is not QMP');
  });

  test('20 MB come in a time that goes with their size', async () => {
    const uri = await served(kind, socket => {
      socket.write(GREETING);
      onCommand(socket, (id, command) => {
        const item = '{"file": "/images/a.qcow2", "size": 1073741824, "node-name": "n"}';
        const count = Math.floor((command === 'query-large' ? 20e6 : 2.5e6) / item.length);
        const value = command === 'qmp_capabilities' ? '{}' : `[${Array(count).fill(item).join()}]`;
        socket.write(`{"return": ${value}, "id": ${id}}\r\n`);
      });
    });
    const session = await open(uri);
    const timed = async (command: string) => {
      const began = process.cpuUsage();
      const value = (await session.execute(command)) as readonly unknown[];
      const { user, system } = process.cpuUsage(began);
      return { count: value.length, cpu: user + system };
    };
    await timed('query-small');
    const small = await timed('query-small');
    const large = await timed('query-large');
    expect(large.count).toBeGreaterThan(7.9 * small.count);
    // Eight times as much; reading it all again with each chunk would be sixty-four times as long.
    expect(large.cpu).toBeLessThan(32 * small.cpu);
    await session.close();
  });
});

test('a thousand monitors at once, and nothing of them is left', async () => {
  const uri = await served('unix', socket => {
    socket.write(GREETING);
    onCommand(socket, id => void socket.write(`{"return": {}, "id": ${id}}\r\n`));
  });
  const handles = () =>
    process.getActiveResourcesInfo().filter(name => name === 'PipeWrap' || name === 'Timeout');
  const before = handles().length;
  // Fifty at a time: a socket's queue of clients is short.
  const sessions: Session[] = [];
  const began = performance.now();
  for (let at = 0; at < 1000; at += 50)
    sessions.push(...(await Promise.all(Array.from({ length: 50 }, () => open(uri)))));
  const opened = performance.now() - began;
  const answers = await Promise.all(sessions.map(session => session.execute('query-jobs')));
  expect(answers).toHaveLength(1000);
  await Promise.all(sessions.map(session => session.close()));
  expect(opened).toBeLessThan(10_000);
  for (let tries = 0; handles().length > before && tries < 100; tries++)
    await new Promise(resolve => setTimeout(resolve, 20));
  expect(handles().length).toBeLessThanOrEqual(before);
});
