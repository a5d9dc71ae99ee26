import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { storageDaemon } from '../cli/live.ts';
import { until } from '../cli/program.ts';
import { type Daemon, faultsOf, someDaemons } from './daemon.ts';
import { scenarios } from './scenarios.ts';

const engine = storageDaemon();
const kills = Number(process.env['QBLK_KILLS'] ?? 5);
/** How often one run is killed at most: a busy machine would bring none to its end else. */
const MOST = 3;

const hasBegun = (said: string) => /should it break off|goes on behind/.test(said);

const daemons = someDaemons(engine, 2);

describe.skipIf(!engine)('a run that is killed at any moment goes on and does each job once', () => {
  test(`${kills} kills`, { timeout: 60_000 + kills * 20_000 }, async () => {
    const faults: string[] = [];
    let left = kills;
    let runs = 0;
    const inTurn = async (daemon: Daemon) => {
      /** How many milliseconds a run takes from its first step on this machine, as it is now. */
      let whole = 0;
      while (left > 0) {
        const scenario = scenarios[runs++ % scenarios.length];
        if (!scenario) return;
        await daemon.reset();
        let words = ['run', '--durable', '-c', scenario.script, '--qmp', daemon.socket];
        const moments: number[] = [];
        for (;;) {
          const running = daemon.start(words);
          // What comes before is a start that nothing is lost of.
          await Promise.race([until(() => hasBegun(running.output.stderr), 60_000), running.done]);
          const began = performance.now();
          const moment = Math.round(Math.random() * whole);
          const isToBe = left > 0 && whole > 0 && moments.length < MOST;
          const isKilled =
            isToBe && (await Promise.race([pause(moment, true), running.done.then(() => false)]));
          if (isKilled) running.child.kill('SIGKILL');
          const ended = await running.done;
          if (ended.signal === 'SIGKILL') {
            left--;
            moments.push(moment);
            words = ['resume'];
            continue;
          }
          if (words[0] === 'run') whole = performance.now() - began;
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
