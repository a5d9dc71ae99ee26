import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, connect as dial, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Live, liveProgram, recordsIn, slowNode, storageDaemon } from './live.ts';
import { until } from './program.ts';

const engine = storageDaemon();
let live: Live;
const { program, start } = liveProgram(engine);

describe.skipIf(!engine)('on a live storage daemon', () => {
  test('it is not asked for its nodes beside a stream that has ended, where it would crash', async () => {
    live = await start();
    const at = ['--qmp', live.socket];
    const run = (text: string) => program().run(['run', '-c', text, ...at]);
    const begun = await run('block-stream job-id=s device=C auto-dismiss=false; wait job s concluded');
    expect(begun).toMatchObject({ code: 0 });
    const version = await run('let v = query-version; print "${v.qemu.major}"');
    const crashes = Number(version.stdout) < 10;
    for (const words of [
      ['show', 'chain'],
      ['show', 'nodes'],
      ['show', 'bitmaps'],
    ]) {
      const { code, stderr } = await program().run([...words, ...at]);
      expect([words, code]).toEqual([words, crashes ? 1 : 0]);
      expect(stderr).toContain(crashes ? 'help: see how it ended, and let go of it: `wait s`' : '');
    }
    for (const [text, code] of [
      ['if chain disk0: C { print "y" } else { print "n" }', 3],
      ['expect len(query-named-block-nodes) > 1', 1],
    ] as const) {
      const ran = await run(text);
      expect([text, ran.code]).toEqual([text, crashes ? code : 0]);
      expect(ran.stderr).toContain(crashes ? 'error[nodes-hidden]' : '');
    }
    expect(await run('wait s; expect chain disk0: C; show bitmaps')).toMatchObject({ code: 0 });
  });

  test('show, a run by --qmp, and by QBLK_QMP', async () => {
    live = await start();
    const { socket } = live;
    const shown = await program().run(['show', '--qmp', socket]);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(/^A <- B <- C <- \[export disk0\]\n/);
    const jobs = await program().run(['show', 'jobs', '--qmp', `unix:${socket}`]);
    expect(jobs).toMatchObject({ code: 0, stdout: 'no jobs\n' });
    const json = await program().run(['show', 'nodes', '--json'], { env: { QBLK_QMP: socket } });
    expect(recordsIn(json.stdout)[0].value).toContainEqual(
      expect.objectContaining({ 'node-name': 'B', driver: 'qcow2' }),
    );
    const chain = await program().run(['show', 'chain', 'B', '--json', '--qmp', socket]);
    expect(recordsIn(chain.stdout)).toMatchObject([
      {
        value: [
          {
            nodes: [{ 'node-name': 'A', filename: expect.stringMatching(/A\.qcow2$/) }, { 'node-name': 'B' }],
            above: [{ nodes: ['C'], users: [{ kind: 'export', name: 'disk0' }] }],
          },
        ],
      },
    ]);
    const below = await program().run(['show', 'chain', 'B', '--qmp', socket]);
    expect(below.stdout).toMatch(/^A <- B\n(?:.*\n)*above B: C <- \[export disk0\]\n$/);
    const nothing = await program().run(['show', 'chian', '--qmp', socket]);
    expect(nothing.code).toBe(2);

    const ran = await program().run(['-c', 'chain disk0: A <- B <- C; commit B base=A; print "done"'], {
      env: { QBLK_QMP: socket },
    });
    expect(ran).toMatchObject({ code: 0, stdout: 'done\n' });
    expect(ran.stderr).toContain('→ disk0: A <- C');
    expect(ran.stderr).not.toMatch(/\x1b|\r/);
    const quiet = await program().run(['-q', '--qmp', socket, '-c', 'chain disk0: A <- C; query-jobs']);
    expect(quiet).toMatchObject({ code: 0, stdout: '[]\n', stderr: '' });
  });

  test('a run as records', async () => {
    live = await start();
    const { code, stdout, stderr } = await program().run([
      '--json',
      '--qmp',
      live.socket,
      '-c',
      'chain disk0: A <- B <- C; commit B base=A; query-jobs',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const all = recordsIn(stdout);
    expect(all[0]).toMatchObject({ record: 'start', version: 2, file: '-c' });
    expect(all.at(-1)).toEqual({ record: 'end', code: 0 });
    expect(all).toContainEqual(
      expect.objectContaining({ record: 'command', execute: 'block-commit', line: 1 }),
    );
    expect(all).toContainEqual(expect.objectContaining({ record: 'event', event: 'JOB_STATUS_CHANGE' }));
    expect(all).toContainEqual(
      expect.objectContaining({ record: 'statement', state: 'done', chains: { disk0: 'A <- C' } }),
    );
    expect(all).toContainEqual(expect.objectContaining({ record: 'result', value: [] }));
    const failed = await program().run(['--json', '--qmp', live.socket, '-c', 'stream X base=A']);
    expect(failed.code).toBe(3);
    expect(recordsIn(failed.stdout)).toMatchObject([
      { record: 'start' },
      { record: 'diagnostic', code: 'unknown-node' },
      { record: 'end', code: 3 },
    ]);
  });

  test('a file that is in the way is the script’s mistake as long as nothing was sent', async () => {
    live = await start();
    const filename = join(live.sandbox.directory, 'there.qcow2');
    writeFileSync(filename, '');
    const run = (script: string) => program().run(['-q', '--qmp', live.socket, '-c', script]);
    const before = await run(`chain disk0: A <- B <- C; snapshot C overlay=E filename=${filename}`);
    expect(before.stderr).toContain('error[file-exists]');
    expect(before.code).toBe(3);
    const open = await run(`snapshot C overlay=E filename=${join(live.sandbox.directory, 'C.qcow2')}`);
    expect(open.code).toBe(3);
    const midway = await run(
      `for name in ["there"] { snapshot C overlay=E filename="${live.sandbox.directory}/\${name}.qcow2" else { fail "midway" } }`,
    );
    expect(midway.code).toBe(5);
  });

  test('how a run can fail: refused 1, script 3, expectation 5, time 6', async () => {
    live = await start();
    const run = (script: string) => program().run(['-q', '--qmp', live.socket, '-c', script]);
    const refused = await run(
      'blockdev-add node-name=E driver=qcow2 file.driver=file file.filename=none.qcow2',
    );
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('error[refused]');
    const failing =
      'blockdev-add node-name=E driver=raw file={"driver": "blkdebug", "inject-error": [{"event": "write_aio", "errno": 28}], "image": {"driver": "null-co", "size": 67108864}}';
    const job = await run(`${failing}; mirror C target=E sync=full on-target-error=report then cancel`);
    expect(job.code).toBe(1);
    expect(job.stderr).toContain('error[job-failed]');
    expect(job.stderr).toContain('No space left on device');
    const script = await run('stream X base=A');
    expect(script.code).toBe(3);
    expect(script.stderr).toContain('error[unknown-node]');
    const chain = await run('chain disk0: A <- C');
    expect(chain.code).toBe(5);
    const expectation = await run('expect len(query-jobs) == 1');
    expect(expectation.code).toBe(5);
    const time = await run('wait len(query-jobs) == 1 within 50ms');
    expect(time.code).toBe(6);
    const within = await run(`${slowNode}; mirror C target=slow sync=full job-id=m0 then pivot within 300ms`);
    expect(within.code).toBe(6);
    expect(within.stderr).toContain('m0');
    expect(await live.session.execute('query-jobs')).toMatchObject([{ id: 'm0', status: 'running' }]);
  });

  test.each([
    ['backup', 'cancel kk; del K'],
    ['backup', 'wait kk; del K'],
    ['mirror', 'cancel kk; del K'],
  ])('a %s of an earlier run, and then: %s', async (verb, script) => {
    live = await start();
    const run = (text: string) => program().run(['-q', '--qmp', live.socket, '-c', text]);
    const filename = join(live.sandbox.directory, 'k.qcow2');
    const speed = script.startsWith('wait') ? '' : 'speed=64K';
    const first = `start ${verb} C target=K filename=${filename} sync=full ${speed} job-id=kk`;
    expect(await run(first)).toMatchObject({ code: 0 });
    expect(await run(script)).toMatchObject({ code: 0, stderr: '' });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s leaves the jobs running, and lists them', async signal => {
    live = await start();
    const script = `${slowNode}\nmirror C target=slow sync=full job-id=m0 then pivot`;
    const started = program().start(['--qmp', live.socket, '-c', script]);
    await until(() =>
      live.session.events.some(({ event, data }) => event === 'JOB_STATUS_CHANGE' && data['id'] === 'm0'),
    );
    // The reply that the job has started has to reach the program, too.
    await new Promise(resolve => setTimeout(resolve, 200));
    const begun = performance.now();
    started.child.kill(signal);
    const { code, stderr } = await started.done;
    expect(code).toBe(130);
    expect(performance.now() - begun).toBeLessThan(3000);
    expect(stderr).toContain('interrupted; left as they are: m0 (mirror, running)');
    expect(await live.session.execute('query-jobs')).toMatchObject([{ id: 'm0', status: 'running' }]);
  });

  test('what a statement made is named with its job when it is given up', async () => {
    live = await start();
    const filename = join(live.sandbox.directory, 'm.qcow2');
    const script = `backup C target=M filename=${filename} sync=full speed=64K job-id=mm`;
    const made = `the node \`M\` with its file \`${filename}\` was made before that and is left there`;
    const late = await program().run(['-q', '--qmp', live.socket, '-c', `${script} within 300ms`]);
    expect(late.code).toBe(6);
    expect(late.stderr).toContain(`note: ${made}: once the job \`mm\` is gone, \`del M\`, then remove`);
    const user = await program().run(['-q', '--qmp', live.socket, '-c', 'del C']);
    expect(user.stderr).toContain('the backup job `mm` works on it');
    const again = await program().run(['-q', '--qmp', live.socket, '-c', script.replace('=M', '=N')]);
    expect(again.stderr).toContain('help: or, if it is of no use: `del M` once no job works on it');
    const free = ['-q', '--qmp', live.socket, '-c', 'cancel mm; del M'];
    expect(await program().run(free)).toMatchObject({ code: 0, stderr: '' });
    const other = script.replace('m.qcow2', 'o.qcow2');
    const { child, done } = program().start(['--qmp', live.socket, '-c', other]);
    await until(() => existsSync(filename.replace('m.qcow2', 'o.qcow2')));
    await new Promise(resolve => setTimeout(resolve, 500));
    child.kill('SIGINT');
    const { stderr } = await done;
    expect(stderr).toContain('left as they are: mm (backup, running); open since this run: M (');
  });

  test('a QEMU that is killed half-way is a lost connection', async () => {
    live = await start();
    const script = `${slowNode}\nmirror C target=slow sync=full job-id=m0 then pivot`;
    const started = program().start(['--qmp', live.socket, '-c', script]);
    await until(() => live.session.events.some(({ data }) => data['id'] === 'm0'));
    await live.sandbox.stop();
    const { code, stderr } = await started.done;
    expect(code).toBe(4);
    expect(stderr).toContain('QEMU went away');
    expect(stderr).not.toContain('fault of qblk');
  });

  test('a lost connection names the statement, what had no reply, and the jobs', async () => {
    live = await start();
    const socket = await lossyMonitor(live.socket, 'object-add');
    const script = [
      'let pw = "geheim"',
      slowNode,
      'start backup C target=slow sync=full job-id=m0',
      'wait job m0 running within 10s',
      'object-add qom-type=secret id=s0 data=$pw',
    ].join('\n');
    const told = await program().run([
      ...['--qmp', socket, '--reconnect', '0s', '--allow-raw=object-add', '-c', script],
    ]);
    expect(told.code).toBe(4);
    expect(told.stderr).toContain('error[connection-lost]: ');
    expect(told.stderr).toContain('no reply to object-add, which may or may not have run');
    expect(told.stderr).toMatch(/-c:5:1\n/);
    expect(told.stderr).toContain('m0 (running)');
    expect(told.stderr).not.toContain('geheim');
    live = await start();
    const other = await lossyMonitor(live.socket, 'object-add');
    const { code, stdout } = await program().run([
      '--json',
      '--qmp',
      other,
      '--allow-raw=object-add',
      ...['--reconnect', '0s', '-c', script],
    ]);
    expect(code).toBe(4);
    expect(stdout).not.toContain('geheim');
    const records = recordsIn(stdout);
    expect(records.at(-1)).toEqual({ record: 'end', code: 4 });
    expect(records.filter(({ record }) => record === 'failure')).toMatchObject([
      {
        kind: 'connection',
        line: 5,
        statement: 'object-add qom-type=secret id=s0 data=$pw',
        message: expect.stringContaining('no reply to object-add'),
        'in-flight': [{ execute: 'object-add', arguments: { 'qom-type': 'secret', id: 's0', data: '***' } }],
        jobs: [{ id: 'm0', status: 'running' }],
        left: [{ jobs: null }],
      },
    ]);
  });

  test('a monitor that another client holds is told within seconds', async () => {
    live = await start();
    const holder = dial(live.socket);
    await once(holder, 'data');
    const begun = performance.now();
    const { code, stdout, stderr } = await program().run(['--qmp', live.socket, '-c', 'query-jobs']);
    expect(performance.now() - begun).toBeLessThan(5000);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('another client holds this monitor');
    holder.destroy();
  });
});

const lossy: Server[] = [];
afterEach(() => {
  for (const server of lossy.splice(0)) server.close();
});

/** A way to a monitor that breaks when a command is sent, before that arrives. */
async function lossyMonitor(socket: string, command: string): Promise<string> {
  const address = join(program().folder, `lossy-${lossy.length}-${Date.now()}.sock`);
  const server = createServer(client => {
    const monitor = dial(socket);
    client.on('error', () => {}).on('close', () => monitor.destroy());
    monitor.on('error', () => {}).on('close', () => client.destroy());
    monitor.pipe(client);
    client.on('data', data => {
      if (data.includes(`"${command}"`)) client.destroy();
      else monitor.write(data);
    });
  });
  lossy.push(server);
  server.listen(address);
  await once(server, 'listening');
  return address;
}

describe('addresses that lead nowhere', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function serve(name: string, greeting: string): Promise<string> {
    const path = join(program().folder, name);
    const server = createServer(socket => {
      socket.on('error', () => {});
      socket.write(greeting);
    });
    servers.push(server);
    server.listen(path);
    await once(server, 'listening');
    return path;
  }

  test.each([
    ['no socket', 'none.sock', /there is no|nothing is there|not there/i],
    ['no QMP host', 'tcp:127.0.0.1:1', /nobody listens/],
    ['an unknown scheme', 'foo:bar', /`foo:` is not a kind of address/],
    ['no port', 'tcp:localhost', /tcp:HOST:PORT/],
  ])('%s', async (_, address, words) => {
    const { code, stdout, stderr } = await program().run(['--qmp', address, '-c', 'query-jobs']);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr).toContain('help: ');
  });

  test('a file that is no socket', async () => {
    writeFileSync(join(program().folder, 'file.sock'), '');
    const { code, stderr } = await program().run(['show', '--qmp', 'file.sock']);
    expect(code).toBe(4);
    expect(stderr).toMatch(/socket/);
  });

  test('a server that speaks another language', async () => {
    const path = await serve('http.sock', 'HTTP/1.1 400 Bad Request\r\n\r\n');
    const { code, stderr } = await program().run(['show', '--qmp', path]);
    expect(code).toBe(4);
    expect(stderr).toContain('this is not a QMP monitor');
  });
});
