import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSession } from '../../src/qmp/session.ts';
import { connect } from '../../src/transport/transports.ts';
import { haveStorageDaemon } from '../jobs/storage-daemon.ts';
import { makeCertificates } from './certificates.ts';
import { freePort, isListening, type ListeningDaemon, startListening } from './listening-daemon.ts';

const hasDaemon = haveStorageDaemon();
const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'qblk/qemu');
const programs = [
  ...(hasDaemon ? ['qemu-storage-daemon'] : []),
  ...['bullseye', 'trixie', 'trixie-backports'].map(suite => join(cache, suite, 'bin/qemu-storage-daemon')),
].filter(program => !program.includes('/') || existsSync(program));

let folder: string;
let other: string;
const daemons: ListeningDaemon[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qblk-tls-'));
  makeCertificates(join(folder, 'one'));
  other = makeCertificates(join(folder, 'other'), 'DNS:elsewhere.example');
});
afterAll(async () => {
  for (const daemon of daemons) await daemon.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function daemon(
  program = 'qemu-storage-daemon',
  dir = join(folder, 'one'),
  verify = 'on',
): Promise<number> {
  const port = await freePort();
  const creds = `tls-creds-x509,id=t,dir=${dir},endpoint=server,verify-peer=${verify}`;
  daemons.push(
    await startListening(`host=127.0.0.1,port=${port},tls-creds=t`, () => isListening({ port }), {
      program,
      further: ['--object', creds],
    }),
  );
  return port;
}

const uriOf = (port: number, dir: string, host = '127.0.0.1') =>
  `tls:${host}:${port}?ca=${dir}/ca-cert.pem&cert=${dir}/client-cert.pem&key=${dir}/client-key.pem`;

const whyNot = async (uri: string): Promise<string> => {
  const failed = await connect(uri, { timeout: 3000 })
    .then(stream => openSession(stream, { address: uri, greetingTimeout: 3000 }))
    .then(
      session => session.close(),
      (error: unknown) => error,
    );
  expect(failed).toBeInstanceOf(Error);
  const { message, help } = failed as Error & { help: readonly string[] };
  return [message, ...help].join('\n');
};

test.each(programs)('%s with TLS answers each of a hundred commands at once', async program => {
  const port = await daemon(program);
  const uri = uriOf(port, join(folder, 'one'));
  const session = await openSession(await connect(uri), { address: uri });
  const times: number[] = [];
  for (let at = 0; at < 100; at++) {
    const began = performance.now();
    await session.execute('query-version');
    times.push(performance.now() - began);
  }
  expect(JSON.stringify(await session.execute('query-qmp-schema')).length).toBeGreaterThan(50_000);
  await session.close();
  // Nagle's algorithm, or an answer that waits for the next command, would cost 40 ms or for ever.
  expect(times.sort((a, b) => a - b)[50]).toBeLessThan(20);
});

test.runIf(hasDaemon)('a certificate is held against its authority and its name', async () => {
  const port = await daemon();
  expect(await whyNot(`tls:127.0.0.1:${port}`)).toMatch(/certificate is not trusted[\s\S]*\?ca=ca-cert\.pem/);
  expect(await whyNot(uriOf(port, other))).toMatch(/certificate is not trusted[\s\S]*the file of `ca`/);
  const foreign = await daemon('qemu-storage-daemon', other);
  expect(await whyNot(uriOf(foreign, other))).toMatch(
    /for another name than 127\.0\.0\.1: DNS:elsewhere\.example[\s\S]*\?server-name=NAME/,
  );
  const named = `${uriOf(foreign, other)}&server-name=elsewhere.example`;
  const session = await openSession(await connect(named));
  await session.close();
});

test.runIf(hasDaemon)('a QEMU that wants to know its client', async () => {
  const port = await daemon();
  expect(await whyNot(`tls:localhost:${port}?ca=${folder}/one/ca-cert.pem`)).toMatch(
    /client certificate of its own authority: \?cert=FILE&key=FILE/,
  );
  const open = await daemon('qemu-storage-daemon', join(folder, 'one'), 'off');
  const session = await openSession(await connect(`tls:localhost:${open}?ca=${folder}/one/ca-cert.pem`));
  await session.close();
});

test('no TLS at the other side, nobody there, and files that are none', async () => {
  const plain = createServer(socket =>
    socket
      .resume()
      .on('error', () => {})
      .write('{"QMP": {}}\r\n'),
  ).listen(0, '127.0.0.1');
  await once(plain, 'listening');
  const { port } = plain.address() as { port: number };
  expect(await whyNot(`tls:127.0.0.1:${port}`)).toMatch(/does not speak TLS[\s\S]*write tcp:/);
  await new Promise(resolve => plain.close(resolve));
  expect(await whyNot(`tls:127.0.0.1:${port}`)).toMatch(/nobody listens on this port[\s\S]*tls-creds=/);
  const text = join(folder, 'text');
  writeFileSync(text, 'no certificate\n');
  expect(await whyNot(`tls:127.0.0.1:${port}?ca=${text}`)).toContain('is not in PEM form');
});
