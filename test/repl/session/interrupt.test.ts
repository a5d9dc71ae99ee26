import { describe, expect, test } from 'vitest';
import { storageDaemon } from '../../cli/live.ts';
import type { Turn } from './scripted-prompt.ts';
import { session } from './session.ts';

/** A source that takes a second for every request, so that its backup takes a minute. */
const SLOW = [
  'blockdev-add node-name=slow driver=null-co size=64M latency-ns=1000000000',
  'blockdev-add node-name=copy driver=null-co size=64M',
];

const backupThatIsInterrupted: Turn = prompt => {
  setTimeout(() => prompt.interrupt(), 300);
  return 'backup slow target=copy sync=full';
};

describe.skipIf(!storageDaemon())('Ctrl-C while a job runs', () => {
  const wish = { sandbox: 'storage-daemon' };

  test('asks, and leaves the job running', async () => {
    const { text, prompt } = await session(
      [...SLOW, backupThatIsInterrupted, 'show jobs', 'cancel backup0 force=on', 'show jobs'],
      { wish, answers: ['l'] },
    );
    expect(prompt.asked).toEqual(['backup0 (backup, running):']);
    expect(text).toContain('left running: backup0 (backup, running)');
    expect(text).toMatch(/backup0 {2}backup {2}running/);
    expect(text.trimEnd().endsWith('no jobs')).toBe(true);
  });

  test('cancels it where that is the answer, and says so', async () => {
    const { prompt } = await session([...SLOW, backupThatIsInterrupted, 'show jobs'], {
      wish,
      answers: ['c'],
    });
    expect(prompt.printed.at(-1)).toBe('no jobs');
  });

  test('goes on where that is the answer', async () => {
    const twice: Turn = prompt => {
      setTimeout(() => prompt.interrupt(), 200);
      setTimeout(() => prompt.interrupt(), 600);
      return 'backup slow target=copy sync=full';
    };
    const { prompt } = await session([...SLOW, twice, 'cancel backup0 force=on'], {
      wish,
      answers: ['g', 'l'],
    });
    expect(prompt.asked).toHaveLength(2);
  });

  test('a statement that waits for something else can be given up', async () => {
    const waits: Turn = prompt => {
      setTimeout(() => prompt.interrupt(), 200);
      return 'wait event BLOCK_JOB_READY';
    };
    const { text, prompt } = await session([waits, 'show jobs'], { wish, answers: ['s'] });
    expect(prompt.asked).toEqual(['the statement is not done:']);
    expect(text).toContain('interrupted; no job of it is left');
  });

  test('a signal from outside gives the statement up unasked, and ends the prompt', async () => {
    const controller = new AbortController();
    const aborted: Turn = () => {
      setTimeout(() => controller.abort(), 300);
      return 'backup slow target=copy sync=full';
    };
    const { outcome, prompt, text } = await session([...SLOW, aborted, 'show chain'], {
      wish,
      signal: controller.signal,
    });
    expect(outcome).toBe('interrupted');
    expect(prompt.asked).toEqual([]);
    expect(text).toContain('left running: backup0');
  });
});
