import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { slowNode, storageDaemon } from './live.ts';
import { buildProgram, type Program, until } from './program.ts';

const engine = storageDaemon();
let program: Program;
beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => program.remove());

const leftFiles = () => readdirSync(program.temporary);

/** The processes that name the program's temporary folder. */
function leftProcesses(): string[] {
  return readdirSync('/proc')
    .filter(name => /^[0-9]+$/.test(name))
    .flatMap(pid => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return line.includes(program.temporary) ? [line.replaceAll('\0', ' ')] : [];
      } catch {
        return [];
      }
    });
}

const run = (script: string, ...more: string[]) =>
  program.run(['run', '--sandbox=storage-daemon', ...more, '-c', script]);

describe.skipIf(!engine)('a sandbox leaves nothing behind', () => {
  test('after success; it says what it is', async () => {
    const { code, stdout, stderr } = await run(
      'chain disk0: A <- B\nsnapshot B overlay=C filename=c.qcow2\nprint "done"',
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'done\n' });
    expect(stderr).toMatch(/^sandbox: qemu-storage-daemon \d+\.\d+\.\d+\n/);
    expect(stderr).toContain('→ disk0: A <- B <- C');
    expect(leftFiles()).toEqual([]);
    expect(leftProcesses()).toEqual([]);
  });

  test('a chain that no sandbox can have is a mistake of the script', async () => {
    const { code, stderr } = await run('chain disk0: A="../esc.qcow2"\nprint 1');
    expect(code).toBe(3);
    expect(stderr).toContain("a sandbox can't make `../esc.qcow2`");
    expect(leftFiles()).toEqual([]);
  });

  test('after a check that fails, and a run that fails', async () => {
    expect((await run('chain disk0: A <- B\ncommit B base=A')).code).toBe(3);
    expect((await run('chain disk0: A <- B\nfail "no"')).code).toBe(5);
    expect(
      (await run('blockdev-add node-name=E driver=qcow2 file.driver=file file.filename=none')).code,
    ).toBe(1);
    expect((await run('chain disk0: A="../a.qcow2"')).code).not.toBe(0);
    expect(leftFiles()).toEqual([]);
    expect(leftProcesses()).toEqual([]);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 130],
    ['SIGKILL', null],
  ] as const)('after %s', async (signal, code) => {
    const script = `chain disk0: A\n${slowNode}\nprint "here"\nmirror A target=slow sync=full then pivot`;
    const started = program.start(['run', '--sandbox=storage-daemon', '-c', script]);
    await until(() => started.output.stdout.includes('here'));
    expect(leftFiles()).toHaveLength(1);
    expect(leftProcesses().length).toBeGreaterThan(0);
    started.child.kill(signal);
    const result = await started.done;
    expect(result.code).toBe(code);
    if (code !== null) expect(result.stderr).toContain('interrupted');
    await until(() => leftFiles().length === 0 && leftProcesses().length === 0, 5000);
  });

  test('--keep leaves the folder, and names it', async () => {
    const { code, stderr } = await run('chain disk0: A <- B', '--keep');
    expect(code).toBe(0);
    const [folder = ''] = leftFiles();
    expect(stderr).toContain(join(program.temporary, folder));
    expect(readdirSync(join(program.temporary, folder))).toEqual(
      expect.arrayContaining(['A.qcow2', 'B.qcow2']),
    );
    expect(leftProcesses()).toEqual([]);
    rmSync(join(program.temporary, folder), { recursive: true });
  });

  test('a device parameter that is not given is the sandbox’s disk', async () => {
    const { code, stderr } = await run(
      'param disk: device\nchain $disk: A <- B <- C\ncommit B base=A\nexpect chain $disk: A <- C',
    );
    expect(code).toBe(0);
    expect(stderr).toContain('disk0: A <- C');
  });
});
