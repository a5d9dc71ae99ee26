import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { liveProgram, recordsIn } from '../cli/live.ts';
import { until } from '../cli/program.ts';
import { codesIn } from './told-codes.ts';

describe('what keeps a run from going on', () => {
  const live = liveProgram(undefined);
  const fresh = () => {
    const state = mkdtempSync(join(live.program().temporary, 'state-'));
    mkdirSync(join(state, 'qblk/runs'), { recursive: true });
    return state;
  };

  test.each([
    ['unknown-run', ['resume'], 1],
    ['unknown-run', ['resume', 'nosuch'], 1],
    ['unknown-run', ['resume', '../x'], 1],
    ['unknown-run', ['resume', 'a/b'], 1],
    ['unknown-run', ['runs', '--forget', '../x'], 1],
    ['journal-damaged', ['resume', 'empty'], 1],
    ['journal-of-other-version', ['resume', 'newer'], 1],
    ['run-in-progress', ['resume', 'locked'], 4],
    ['run-in-progress', ['runs', '--forget', 'locked'], 4],
  ] as const)('%s: %j', async (code, words, exit) => {
    const state = fresh();
    const folder = join(state, 'qblk/runs');
    if (words.length > 1)
      for (const name of ['empty', 'newer', 'locked']) writeFileSync(join(folder, `${name}.jsonl`), '');
    if (words.length > 1) writeFileSync(join(folder, 'newer.jsonl'), '{"qblk":"run","version":99}\n');
    writeFileSync(join(folder, 'locked.lock'), `${process.pid} ${statOf(process.pid)[19]}`);
    const env = { XDG_STATE_HOME: state };
    const told = await live.program().run(words, { env });
    expect(told).toMatchObject({ code: exit, stdout: '' });
    expect(codesIn(told.stderr)).toEqual([code]);
    expect(told.stderr).toContain(`for more: qblk explain ${code}\n`);
    expect(told.stderr).toContain('help: ');
    const record = recordsIn((await live.program().run([...words, '--json'], { env })).stdout);
    expect(record).toEqual([
      expect.objectContaining({ record: 'diagnostic', severity: 'error', code, help: expect.any(Array) }),
    ]);
    const explained = await live.program().run(['explain', code]);
    expect(explained).toMatchObject({ code: 0, stdout: expect.stringMatching(new RegExp(`^${code}\n`)) });
    rmSync(state, { recursive: true });
  });

  test('not a program that has ended and that nobody has reaped', async () => {
    const state = fresh();
    const parent = spawn('sh', ['-c', 'read -r end <&3 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    });
    onTestFinished(() => void parent.kill());
    const [said] = await once(parent.stdout as Readable, 'data');
    const pid = Number(said);
    writeFileSync(join(state, 'qblk/runs/gone.jsonl'), '');
    writeFileSync(join(state, 'qblk/runs/gone.lock'), `${pid} ${statOf(pid)[19]}`);
    const forget = () => live.program().run(['runs', '--forget', 'gone'], { env: { XDG_STATE_HOME: state } });
    expect(codesIn((await forget()).stderr)).toEqual(['run-in-progress']);
    (parent.stdio[3] as Writable).end('end\n');
    await until(() => statOf(pid)[0] === 'Z', 5000);
    expect(await forget()).toMatchObject({ code: 0 });
    rmSync(state, { recursive: true });
  });
});

/** What the system says of a process: its state, then its numbers. */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
