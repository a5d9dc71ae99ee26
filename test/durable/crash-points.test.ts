import { describe, expect, test } from 'vitest';
import { storageDaemon } from '../cli/live.ts';
import { type Daemon, faultsOf, someDaemons } from './daemon.ts';
import { type Scenario, scenarios } from './scenarios.ts';

const engine = storageDaemon();
const daemons = someDaemons(engine, 3);

/** Every point of every step; else of each command in one scenario only. */
const isWhole = process.env['QBLK_CRASHES'] === 'all';
const tried = new Set<string>();

async function crashAndResume(daemon: Daemon, scenario: Scenario, point: string): Promise<string[]> {
  await daemon.reset();
  const crashed = await daemon.runDurably(scenario.script, { QBLK_CRASH: point });
  if (crashed.signal !== 'SIGKILL') return [`${point}: no crash: ${crashed.code} ${crashed.stderr}`];
  const resumed = await daemon.run(['resume']);
  if (resumed.code !== 0) return [`${point}: resume ended with ${resumed.code}: ${resumed.stderr}`];
  return (await faultsOf(daemon, scenario)).map(fault => `${point}: ${fault}`);
}

describe.skipIf(!engine)(
  'a run that is killed at any boundary of any step goes on and does each job once',
  () => {
    test.each(scenarios)('$name', { timeout: 300_000 }, async scenario => {
      const [first] = daemons;
      if (!first) return;
      await first.reset();
      expect(await first.runDurably(scenario.script)).toMatchObject({ code: 0 });
      const all = first.steps().flatMap((what, at) => {
        const [command = ''] = what.split(' ');
        const more = command === 'job-dismiss' ? ['before-dismiss'] : [];
        return ['after-intent', 'after-send', 'after-reply', 'after-done', ...more].map(point => ({
          kind: `${command} ${point}`,
          at: `s${at + 1}:${point}`,
        }));
      });
      const points = all.filter(({ kind }) => isWhole || !tried.has(kind));
      for (const { kind } of points) tried.add(kind);
      expect(await faultsOf(first, scenario)).toEqual([]);
      const faults: string[] = [];
      const left = [...points];
      await Promise.all(
        daemons.map(async daemon => {
          for (let point = left.shift(); point !== undefined; point = left.shift())
            faults.push(...(await crashAndResume(daemon, scenario, point.at)));
        }),
      );
      expect(faults).toEqual([]);
      console.log(`${scenario.name}: ${points.length} of ${all.length} crash points`);
    });
  },
);
