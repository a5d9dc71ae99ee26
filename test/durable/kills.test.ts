import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { storageDaemon } from '../cli/live.ts';
import { type Daemon, faultsOf, someDaemons } from './daemon.ts';
import { scenarios } from './scenarios.ts';

const engine = storageDaemon();
const kills = Number(process.env['QBLK_KILLS'] ?? 5);
/** In milliseconds: longer than a run takes to start and to end. */
const LATEST = 900;

const daemons = someDaemons(engine, 2);

describe.skipIf(!engine)('a run that is killed at any moment goes on and does each job once', () => {
  test(`${kills} kills`, { timeout: 60_000 + kills * 20_000 }, async () => {
    const faults: string[] = [];
    let left = kills;
    let runs = 0;
    const inTurn = async (daemon: Daemon) => {
      while (left > 0) {
        const scenario = scenarios[runs++ % scenarios.length];
        if (!scenario) return;
        await daemon.reset();
        let words = ['run', '--durable', '-c', scenario.script, '--qmp', daemon.socket];
        const moments: number[] = [];
        for (;;) {
          const running = daemon.start(words);
          const moment = Math.round(Math.random() * LATEST);
          const isKilled =
            left > 0 && (await Promise.race([pause(moment, true), running.done.then(() => false)]));
          if (isKilled) running.child.kill('SIGKILL');
          const ended = await running.done;
          if (ended.signal === 'SIGKILL') {
            left--;
            moments.push(moment);
            // Before the journal is there, there is nothing to go on with.
            if (daemon.hasJournal) words = ['resume'];
            else
              for (const mark of await daemon.marks())
                await daemon.session.execute('object-del', { id: mark });
            continue;
          }
          const found = ended.code === 0 ? await faultsOf(daemon, scenario) : [ended.stderr];
          // A run may have been over when it was killed.
          const isOver = words[0] === 'resume' && ended.stderr.includes('no run to go on with');
          const seen = isOver ? await faultsOf(daemon, scenario) : found;
          faults.push(
            ...seen.map(fault => `${scenario.name}, killed after ${moments.join(', ')} ms: ${fault}`),
          );
          break;
        }
      }
    };
    await Promise.all(daemons.map(inTurn));
    console.log(`${kills} kills in ${runs} runs`);
    expect(faults).toEqual([]);
  });
});
