import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Live, startLive, storageDaemon } from './live.ts';
import { buildProgram, type Program, until } from './program.ts';

const engine = storageDaemon();
let program: Program;
beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => program.remove());

const run = (script: string, ...more: string[]) => program.run(['run', ...more, '-c', script]);

/** The processes whose command line has this word. */
function processesWith(word: string): string[] {
  return readdirSync('/proc').filter(pid => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(word);
    } catch {
      return false;
    }
  });
}

test('a program that nobody allowed is found before anything is opened or run', async () => {
  const { code, stderr } = await program.run(['check', '-c', '$ seq 3']);
  expect(code).toBe(3);
  expect(stderr).toContain('error[host-not-allowed]');
  expect(stderr).toContain('--allow-exec seq');
  expect((await program.run(['check', '--allow-exec', 'seq', '-c', '$ seq 3'])).code).toBe(0);
  expect((await program.run(['check', '--allow-exec'])).stderr).toContain('needs the name of a program');
});

test('in the simulator what is about data is passed over, and that is said once', async () => {
  const script =
    'chain disk0: A; io A "write 0 4K"; io A "read 0 4K"; let x = $ cat none; if $x == "a" { fail "?" } else { fail "!" }; print "on"';
  const { code, stdout, stderr } = await run(script, '--sandbox=sim');
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'on\n' });
  expect(stderr.split('[simulator-has-no-data]')).toHaveLength(2);
});

describe.skipIf(!engine)('on a real QEMU', () => {
  test('a program that is allowed runs in the sandbox’s folder', async () => {
    const script = 'chain disk0: A; $ seq -s, 3; $ pwd';
    const { code, stdout } = await run(
      script,
      '--sandbox=storage-daemon',
      '--allow-exec=seq',
      '--allow-exec',
      'pwd',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1,2,3\n.*qblk-[^/]+\n$/);
  });

  test.each(['SIGKILL', 'SIGINT'] as const)('%s leaves no program behind', async signal => {
    const length = `${5000 + (process.pid % 1000)}.5`;
    const { child, done } = program.start([
      ...['run', '--sandbox=storage-daemon', '-c', `chain disk0: A; $ sleep ${length}`],
    ]);
    await until(() => processesWith(length).length > 0);
    child.kill(signal);
    await done;
    await until(() => processesWith(length).length === 0 && readdirSync(program.temporary).length === 0);
  });

  describe('of somebody else', () => {
    let live: Live;
    beforeAll(async () => {
      if (!engine) return;
      live = await startLive(engine);
      writeFileSync(join(live.sandbox.directory, 'whole.raw'), Buffer.alloc(65536));
      symlinkSync('whole.raw', join(live.sandbox.directory, 'link'));
      await live.session.execute('blockdev-add', {
        ...{ driver: 'file', 'node-name': 'whole' },
        filename: join(live.sandbox.directory, 'whole.raw'),
      });
    });
    afterAll(() => live?.stop());

    const there = (script: string) =>
      program.run(['run', '--qmp', live.socket, '--allow-exec=rm', '-c', script], {
        cwd: live.sandbox.directory,
      });

    test.each([
      ['$ rm whole.raw', 'error[image-in-use]: QEMU has `whole.raw` open, as `whole`'],
      ['$ rm link', 'error[image-in-use]: QEMU has `link` open, as `whole`'],
      ['$ rm A.qcow2', 'error[folder-not-known]: `A.qcow2` is what QEMU calls'],
    ])('%s takes nothing away that is open', async (script, said) => {
      const before = readdirSync(live.sandbox.directory);
      const { code, stderr } = await there(script);
      expect(stderr).toContain(said);
      expect(code).toBe(3);
      expect(readdirSync(live.sandbox.directory)).toEqual(before);
    });

    test('what only the run tells is judged there', async () => {
      const { stderr } = await there(
        'chain disk0: A <- B <- C; if query-version.qemu.major > 1 { snapshot C overlay=O filename=p.qcow2 }\n' +
          'let done = commit O base=C then pivot; for file in $done.dropped { $ rm $file }',
      );
      expect(stderr).toContain('note[relative-filename]: QEMU makes `p.qcow2` in its own working folder');
      expect(stderr).toContain('error[folder-not-known]: `p.qcow2` is what QEMU calls');
      expect(readdirSync(live.sandbox.directory)).toContain('p.qcow2');
    });
  });
});
