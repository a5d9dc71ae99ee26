import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explanations } from '../../src/diagnostics/explanations/index.ts';
import { buildProgram, type Program } from './program.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => program.remove());

describe('qblk explain', { concurrent: true }, () => {
  test('tells the story of a code, with what is said to its example now', async () => {
    const { code, stdout, stderr } = await program.run(['explain', 'base-above-top']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^base-above-top\n\nThe base of a commit lies above its top\.\n\n/);
    expect(stdout).toContain('  error[base-above-top]: `C` is above `B`');
    expect(stdout).toContain('     |              ^^^^^^\n  help: swap them: commit top=C base=B\n');
    expect(stdout).toContain('\n\nthis passes\n');
    expect((await program.run(['explain', 'unknown-verb'])).stdout).toContain(
      '\n\n`qblk check --fix` puts this right.\n\nthis passes\n',
    );
    expect(stdout).toMatch(/this passes\n\n {2}chain disk0: A <- B <- C <- D\n {2}commit top=C base=B\n$/);
    const prose = stdout.split('this fails')[0] ?? '';
    expect(prose.split('\n').filter(line => line.length > 80)).toEqual([]);
  });

  test('takes a code as a message shows it, and several at once', async () => {
    const { code, stdout } = await program.run([
      'explain',
      'error[needs-ending]:',
      'file-exists',
      'job-failed',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^needs-ending\n.*\n\nfile-exists\n/s);
    expect(stdout).toContain('  error[file-exists]: the file `e.qcow2` is there already');
    // This one only a run shows: the simulator takes the place of a QEMU.
    expect(stdout).toContain('  error[job-failed]: the create job `create0` failed: ');
  });

  test('without a code lists them all', async () => {
    const { code, stdout } = await program.run(['explain']);
    expect(code).toBe(0);
    for (const [name] of explanations) expect(stdout).toMatch(new RegExp(`^  ${name}\\s`, 'm'));
    expect(stdout.split('\n').filter(line => line.length > 80)).toEqual([]);
  });

  test('of an unknown code says what is near', async () => {
    const { code, stdout, stderr } = await program.run(['explain', 'base-abov-top']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      'qblk: no diagnostic has the code `base-abov-top`\nhelp: did you mean base-above-top?\nhelp: `qblk explain` lists them all\n',
    );
  });

  test('--json is a record for each code', async () => {
    const { stdout } = await program.run(['explain', '--json', 'needs-ending']);
    expect(JSON.parse(stdout)).toMatchObject({
      record: 'explanation',
      code: 'needs-ending',
      summary: 'The job stops at READY and never ends by itself.',
      fails: 'chain disk0: A <- B\ncommit B base=A\n',
    });
    const all = await program.run(['explain', '--json']);
    expect(all.stdout.trim().split('\n')).toHaveLength(explanations.size);
  });
});
