import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, connect as dial, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Session } from '../../src/qmp/session.ts';
import { type Live, liveProgram, storageDaemon } from './live.ts';

const engine = storageDaemon();
const { program, start } = liveProgram(engine);

/** What a QEMU says of its nodes, exports and jobs. */
async function everything(session: Session): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const query of ['query-named-block-nodes', 'query-block-exports', 'query-jobs'])
    answers.push(await session.execute(query));
  return answers;
}

async function chainOf(session: Session): Promise<string> {
  const exports = (await session.execute('query-block-exports')) as any;
  const nodes = (await session.execute('query-named-block-nodes')) as any;
  const root = exports.find(({ id }: any) => id === 'disk0')['node-name'];
  const files: string[] = [];
  for (
    let image = nodes.find((node: any) => node['node-name'] === root).image;
    image;
    image = image['backing-image']
  )
    files.unshift(/([A-Za-z0-9-]+)\.qcow2/.exec(image.filename)?.[1] ?? image.filename);
  return files.join(' <- ');
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** An address that leads to the daemon; what the program sends is handed on once it has been seen. */
async function between(live: Live, see: (data: string) => Promise<void>): Promise<string> {
  const path = join(program().folder, `between-${++addresses}.sock`);
  const server = createServer(client => {
    const daemon = dial(live.socket);
    daemon.pipe(client);
    client.on('error', () => {}).on('close', () => daemon.destroy());
    let handedOn = Promise.resolve();
    client.on('data', data => {
      handedOn = handedOn.then(async () => {
        await see(data.toString());
        daemon.write(data);
      });
    });
  });
  servers.push(server);
  server.listen(path);
  await once(server, 'listening');
  return path;
}

let addresses = 0;

const snapshot = 'chain disk0: A <- B <- C\nsnapshot C overlay=D filename=D.qcow2\n';

describe('without a QEMU', () => {
  test('a plan is text that ends in a sum, and nothing to do is said so', async () => {
    const planned = await program().run(['plan', '-c', 'chain disk0: A <- B <- C; stream C base=A']);
    expect(planned).toMatchObject({ code: 0, stderr: '' });
    expect(planned.stdout).toContain(
      [
        '     before      A <- B <- C <- [disk0]',
        '     after       A <------ C <- [disk0]',
        '     unused      the file of B',
      ].join('\n'),
    );
    expect(planned.stdout).toMatch(/\n\nPlan: 2 commands, 1 job; creates 0 files, leaves 1 unused;/);
    const nothing = await program().run(['plan', '-c', 'print "a"; query-jobs']);
    expect(nothing.stdout).toMatch(/\n\nNo changes: /);
  });

  test('--detailed-exitcode is 0 without changes, 2 with some, 1 for whatever is wrong with a plan', async () => {
    const code = async (...args: string[]) =>
      (await program().run(['plan', '--detailed-exitcode', ...args])).code;
    expect(await code('-c', 'chain disk0: A <- B; query-jobs')).toBe(0);
    expect(await code('-c', 'chain disk0: A <- B <- C; stream C base=A')).toBe(2);
    expect(await code('-c', 'if len(query-jobs) > 0 { stop }')).toBe(2);
    expect(await code('-c', 'no-such-verb')).toBe(1);
    expect(await code('none.qblk')).toBe(1);
    expect(await code('--no-such-option')).toBe(1);
    expect(await code('-c', 'query-jobs', '--qmp', 'none.sock')).toBe(1);
    expect((await program().run(['plan', '-c', 'chain disk0: A <- B <- C; stream C base=A'])).code).toBe(0);
    expect((await program().run(['check', '--detailed-exitcode', '-c', ''])).code).toBe(2);
  });

  test('is not saved without a value for every parameter, nor where no file can be', async () => {
    const script = 'param disk: device\nparam keep: integer = 4\nquery-jobs';
    const out = join(program().folder, 'open.json');
    const open = await program().run(['plan', '-c', script, '--out', out]);
    expect(open).toMatchObject({ code: 2, stdout: '' });
    expect(open.stderr).toContain(
      '`disk` has none\nhelp: give it on the command line: qblk plan FILE disk=…',
    );
    expect(existsSync(out)).toBe(false);
    expect(await program().run(['plan', '-c', script, 'disk=disk0', '--out', out])).toMatchObject({
      code: 0,
    });
    expect(existsSync(out)).toBe(true);
    const nowhere = await program().run(['plan', '-c', 'query-jobs', '--out', '/nosuch/x']);
    expect(nowhere).toMatchObject({
      code: 2,
      stderr: 'qblk: cannot write /nosuch/x: there is no such folder\n',
    });
  });

  test('tells a saved plan that lacks something, in words of its own', async () => {
    const file = join(program().folder, 'lacks.json');
    await program().run(['plan', '-c', 'query-jobs', '--out', file]);
    const { made: _, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify(rest));
    const lacking = await program().run(['run', '--qmp', '/nosuch', '--plan', file]);
    expect(lacking.stderr).toContain('is not a saved plan: it has no `made`');
    writeFileSync(file, JSON.stringify({ ...rest, made: 5 }));
    const other = await program().run(['run', '--qmp', '/nosuch', '--plan', file]);
    expect(other.stderr).toContain('what it has as `made` is nothing that a plan has there');
  });

  test('shows a new size, and the sum tells what a smaller one loses', async () => {
    const { stdout } = await program().run(['plan', '-c', 'chain disk0: A size=16M; resize A size=8M']);
    expect(stdout).toContain('resizes     A from 16M to 8M');
    expect(stdout.replaceAll('\n', ' ')).toContain('but what lies behind the new end of A is lost');
    const more = await program().run(['plan', '-c', 'chain disk0: A size=16M; resize A size=32M']);
    expect(more.stdout).toContain('resizes     A from 16M to 32M');
    expect(more.stdout).not.toContain('lost');
  });

  test('draws no node as new that a command only names', async () => {
    const { code, stdout, stderr } = await program().run([
      'plan',
      '-c',
      'chain disk0: A <- B; stream BB base=A',
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('warning[node-not-declared]');
    expect(stdout).toContain('A <- BB');
    expect(stdout).not.toContain('+BB');
  });

  test('--json is one document, with what is wrong inside', async () => {
    const right = await program().run(['plan', '--json', '-c', 'param n: integer = 1\nstop', 'n=2']);
    expect(right).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(right.stdout)).toMatchObject({
      format: 'qblk-plan',
      version: 1,
      script: { name: '-c', text: 'param n: integer = 1\nstop' },
      parameters: { n: '2' },
      qemu: { live: false },
      statements: [
        { line: 1, text: 'param n: integer = 1' },
        {
          line: 2,
          text: 'stop',
          steps: [{ execute: 'stop', arguments: {} }],
          unknown: ['what `stop` changes: it is not in the model'],
        },
      ],
      summary: { changes: true, commands: 1, jobs: 0, depends: false },
      diagnostics: [],
    });
    const wrong = await program().run(['plan', '--json', '-c', 'chain disk0: A <- B; commit B base=A']);
    expect(wrong).toMatchObject({ code: 3, stderr: '' });
    expect(JSON.parse(wrong.stdout).diagnostics).toMatchObject([{ severity: 'error', line: 1 }]);
  });

  test('what is no plan that can be run is told, and nothing is connected to', async () => {
    const refused = async (text: string) => {
      writeFileSync(join(program().folder, 'x.json'), text);
      const { code, stderr } = await program().run(['run', '--plan', 'x.json', '--qmp', 'none.sock']);
      return `${code} ${/\[(.*?)\]/.exec(stderr)?.[1]}`;
    };
    expect(await refused('stop\n')).toBe('2 not-a-plan');
    expect(await refused('{"record": "start"}')).toBe('2 not-a-plan');
    expect(await refused('{"format": "qblk-plan", "version": 1}')).toBe('2 not-a-plan');
    expect(await refused('{"format": "qblk-plan", "version": 2}')).toBe('2 newer-plan');
    const wrong = await program().run(['plan', '--json', '-c', 'chain disk0: A <- B; commit B base=A']);
    expect(await refused(wrong.stdout)).toBe('2 plan-has-errors');
    const both = await program().run(['run', 'a.qblk', '--plan', 'x.json']);
    expect(both.stderr).toContain('with --plan the script and its parameters are those of the plan');
    expect((await program().run(['plan', '--plan', 'x.json'])).code).toBe(2);
    expect((await program().run(['run', '--out', 'x.json', '-c', 'stop'])).code).toBe(2);
  });
});

describe.skipIf(!engine)('on a live storage daemon', () => {
  test('a plan asks, and changes nothing', async () => {
    const live = await start();
    const { session } = live;
    const before = await everything(session);
    const sent: string[] = [];
    const socket = await between(live, async data => {
      for (const [, command = ''] of data.matchAll(/"execute":"([^"]+)"/g)) sent.push(command);
    });
    writeFileSync(join(program().folder, 'a.qblk'), snapshot);
    const planned = await program().run(['plan', 'a.qblk', '--qmp', socket]);
    expect(sent.length).toBeGreaterThan(3);
    expect(sent.filter(command => !/^(x-debug-)?query-|^qmp_capabilities$|^qom-list$/.test(command))).toEqual(
      [],
    );
    expect(planned.code).toBe(0);
    expect(planned.stderr).toMatch(/^note\[relative-filename\][^[]*$/);
    expect(planned.stdout).toContain('after       A <- B <- C <- +D <- [disk0]');
    expect(await everything(session)).toEqual(before);
  });

  test('a saved plan is run as it was shown, with the time and the parameters of the plan', async () => {
    const { session, socket } = await start();
    writeFileSync(
      join(program().folder, 'b.qblk'),
      'param name: string\nchain disk0: A <- B <- C\nsnapshot C overlay=D filename="${name}-${now}.qcow2"\n',
    );
    const args = ['b.qblk', 'name=snap', '--qmp', socket, '--out', 'b.json'];
    const planned = await program().run(['plan', ...args]);
    expect(planned.code).toBe(0);
    const [shown] = /snap-\w+\.qcow2/.exec(planned.stdout) ?? [];
    await new Promise(resolve => setTimeout(resolve, 0));
    const saved = JSON.parse(readFileSync(join(program().folder, 'b.json'), 'utf8'));
    const earlier = { ...saved, made: '2020-02-02T02:02:02.000Z' };
    writeFileSync(join(program().folder, 'old.json'), JSON.stringify(earlier));
    const other = await program().run(['run', '--plan', 'old.json', '--qmp', socket]);
    expect(other.code).toBe(3);
    expect(other.stderr).toContain('snap-20200202T0202Z.qcow2');
    const ran = await program().run(['run', '--plan', 'b.json', '--qmp', socket]);
    expect({ ...ran, stderr: '' }).toMatchObject({ code: 0 });
    expect(`${await chainOf(session)}.qcow2`).toBe(`A <- B <- C <- ${shown}`);
  });

  test('and refused once the chain, an image or a job is another', async () => {
    const { session, socket } = await start();
    writeFileSync(join(program().folder, 'c.qblk'), 'chain disk0: ... <- B <- C\nstream C base=B\n');
    const planned = await program().run(['plan', '--json', 'c.qblk', '--qmp', socket]);
    writeFileSync(join(program().folder, 'c.json'), planned.stdout);
    await session.execute('blockdev-snapshot-sync', {
      'node-name': 'C',
      'snapshot-file': 'X.qcow2',
      'snapshot-node-name': 'X',
    });
    const before = await everything(session);
    const refused = await program().run(['run', '--plan', 'c.json', '--qmp', socket]);
    expect(refused).toMatchObject({ code: 5, stdout: '' });
    expect(refused.stderr).toContain('error[plan-outdated]');
    expect(refused.stderr).toContain('planned  A <- B <- C <------- [disk0]');
    expect(refused.stderr).toContain('found    A <- B <- C <- +X <- [disk0]');
    expect(await everything(session)).toEqual(before);
    const json = await program().run(['run', '--json', '--plan', 'c.json', '--qmp', socket]);
    expect(json.stdout).toContain('"code":"plan-outdated"');
  });

  test('refused as well where script and plan were made to disagree, or the QEMU is another', async () => {
    const { session, socket } = await start();
    writeFileSync(join(program().folder, 'd.qblk'), snapshot);
    await program().run(['plan', 'd.qblk', '--qmp', socket, '-o', 'd.json']);
    const text = readFileSync(join(program().folder, 'd.json'), 'utf8');
    const before = await everything(session);
    const attempt = async (from: string, to: string) => {
      const edited = text.replace(from, to);
      expect(edited).not.toBe(text);
      writeFileSync(join(program().folder, 'e.json'), edited);
      const { code, stderr } = await program().run(['run', '--plan', 'e.json', '--qmp', socket]);
      return `${code} ${/error\[(.*?)\]/.exec(stderr)?.[1]}`;
    };
    expect(await attempt('C\\nsnapshot C overlay=D', 'C\\nsnapshot C overlay=E')).toBe('3 plan-disagrees');
    expect(await attempt('"snapshot-file": "D.qcow2"', '"snapshot-file": "E.qcow2"')).toBe(
      '3 plan-disagrees',
    );
    expect(await attempt(/"fingerprint": "\w+"/.exec(text)?.[0] ?? '', '"fingerprint": "0"')).toBe(
      '5 plan-outdated',
    );
    expect(await attempt('"size": 67108864', '"size": 1')).toBe('5 plan-outdated');
    expect(await everything(session)).toEqual(before);
  });
});

describe.skipIf(!engine)('a run whose graph somebody else changes', () => {
  /** Before the second look at the graph is handed on, somebody else acts. */
  async function meddle(live: Live, act: () => Promise<unknown>): Promise<string> {
    let looks = 0;
    return between(live, async data => {
      if (data.includes('"query-named-block-nodes"') && ++looks === 2) await act();
    });
  }

  const script = 'chain disk0: A <- B <- C; stream C base=A; print "on"';

  test('is told so at the statement, and goes on by what is there', async () => {
    const live = await start();
    const act = () =>
      live.session.execute('blockdev-snapshot-sync', {
        'node-name': 'C',
        'snapshot-file': 'X.qcow2',
        'snapshot-node-name': 'X',
      });
    const socket = await meddle(live, act);
    const ran = await program().run(['-c', script, '--qmp', socket]);
    expect(ran).toMatchObject({ code: 0, stdout: 'on\n' });
    expect(ran.stderr).toContain('warning[graph-differs]');
    expect(ran.stderr).toContain('expected: A <- C <------- [disk0]');
    expect(ran.stderr).toContain('found:    A <- C <- +X <- [disk0]');
  });

  test('sends nothing that a saved plan did not show', async () => {
    const live = await start();
    const { session } = live;
    const act = () =>
      session.execute('blockdev-snapshot-sync', {
        'node-name': 'C',
        'snapshot-file': 'X.qcow2',
        'snapshot-node-name': 'X',
      });
    const text = 'chain disk0: A <- B <- C; blockdev-add driver=null-co node-name=N; commit B base=A';
    const planned = await program().run(['plan', '-c', text, '--qmp', live.socket, '-o', 'f.json']);
    expect(planned.stdout).toContain('block-commit job-id=commit0 device=C top-node=B');
    const ran = await program().run(['run', '--plan', 'f.json', '--qmp', await meddle(live, act)]);
    expect(ran.code).toBe(5);
    expect(ran.stderr).toContain('warning[graph-differs]');
    expect(ran.stderr).toContain('error[plan-outdated]: this would send another `block-commit`');
    expect(await session.execute('query-jobs')).toEqual([]);
    expect(await chainOf(session)).toBe('A <- B <- C <- X');
  });

  test('as a record too, and with --quiet where the script itself asks for the graph', async () => {
    const live = await start();
    const act = async () => {
      await live.session.execute('blockdev-del', { 'node-name': 'N' });
    };
    const text = 'blockdev-add driver=null-co node-name=N; show chain';
    const quiet = await program().run(['--quiet', '-c', text, '--qmp', await meddle(live, act)]);
    expect(quiet.code).toBe(0);
    expect(quiet.stderr).toContain('expected: a node N');
    const json = await program().run(['--json', '-c', text, '--qmp', await meddle(live, act)]);
    const found = json.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
      .filter(({ record }) => record === 'diagnostic');
    expect(found).toMatchObject([
      {
        severity: 'warning',
        code: 'graph-differs',
        line: 1,
        notes: ['expected: a node N', 'found:    no such node'],
      },
    ]);
  });
});
