import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exposureOf } from '../../src/transport/transports.ts';
import { buildProgram, type Program } from '../cli/program.ts';
import { GREETING } from '../qmp/wire.ts';

let folder: string;
let program: Program;
const servers: Server[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qblk-exposure-'));
  chmodSync(folder, 0o755);
  program = await buildProgram();
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
  program.remove();
});

/** A monitor without a block layer, in a folder of its own. */
async function socketWith(mode: number, folderMode: number): Promise<string> {
  const home = join(folder, `${servers.length}`);
  mkdirSync(home);
  const server = createServer(socket => {
    socket.write(GREETING);
    socket.on('error', () => {});
    socket.on('data', chunk => {
      const { id, execute } = JSON.parse(chunk.toString());
      const reply =
        execute === 'qmp_capabilities' ? '"return":{}' : '"error":{"class":"CommandNotFound","desc":"no"}';
      socket.write(`{${reply},"id":${id}}\r\n`);
    });
  });
  servers.push(server);
  const path = join(home, 'q.sock');
  server.listen(path);
  await once(server, 'listening');
  chmodSync(path, mode);
  chmodSync(home, folderMode);
  return path;
}

test.each([
  [0o600, 0o755, undefined],
  [0o755, 0o755, undefined],
  [0o777, 0o700, undefined],
  [0o660, 0o700, undefined],
  [0o777, 0o755, 'every user of this host'],
  [0o602, 0o711, 'every user of this host'],
  [0o660, 0o750, 'every member of group'],
  [0o600, 0o777, 'in the place of this one'],
  [0o600, 0o1777, undefined],
])('a socket of mode %i in a folder of mode %i', async (mode, folderMode, words) => {
  const exposure = await exposureOf(`unix:${await socketWith(mode, folderMode)}`);
  if (words === undefined) expect(exposure).toBeUndefined();
  else expect(exposure).toContain(words);
});

test.each([
  ['tcp:127.0.0.1:4444', false],
  ['tcp:localhost:4444', false],
  ['tcp:[::1]:4444', false],
  ['tcp:[0:0:0:0:0:0:0:1]:4444', false],
  ['tcp:10.0.0.7:4444', true],
  ['tcp:[fe80::1]:4444', true],
  ['tls:10.0.0.7:4444', false],
  ['ssh://10.0.0.7/q.sock', false],
  ['exec:socat', false],
])('%s', async (uri, isExposed) => {
  expect((await exposureOf(uri)) !== undefined).toBe(isExposed);
});

test('the program warns once, and not when it is to be quiet', async () => {
  const path = await socketWith(0o777, 0o755);
  const loud = await program.run(['schema', '--qmp', path]);
  expect(loud.stderr.match(/^warning: .*every user of this host.*$/gm)).toHaveLength(1);
  const quiet = await program.run(['schema', '--quiet', '--qmp', path]);
  expect(quiet.stderr).not.toContain('warning');
});
