import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { storageDaemon } from '../cli/live.ts';
import { Cut } from '../durable/cut.ts';
import { type Daemon, faultsOf, someDaemons } from '../durable/daemon.ts';
import { type Scenario, scenarios } from '../durable/scenarios.ts';

const engine = storageDaemon();
const daemons = someDaemons(engine, 2);

/** Every command of every scenario; else one of each kind. */
const isWhole = process.env['QBLK_CUTS'] === 'all';
const tried = new Set<string>();

interface Point {
  readonly number: number;
  readonly kind: string;
  readonly when: 'unsent' | 'unanswered';
}

async function runThrough(daemon: Daemon, scenario: Scenario, at?: Point) {
  await daemon.reset();
  const path = join(daemon.sandbox.directory, 'cut.sock');
  const cut = await Cut.listen(path, daemon.socket);
  if (at) cut.atNumber(at.number, at.when);
  const ended = await daemon.run(['run', '-c', scenario.script, '--qmp', path]);
  const { commands, times } = cut;
  cut.close();
  return { ended, commands, times };
}

async function faultsOfCut(daemon: Daemon, scenario: Scenario, at: Point): Promise<string[]> {
  const { ended, times } = await runThrough(daemon, scenario, at);
  // How often a run asks for its jobs depends on how fast they are: it may be over before.
  const isTold = times === 0 || ended.stderr.includes('connected again');
  const seen =
    ended.code === 0 && isTold
      ? await faultsOf(daemon, scenario)
      : [`cut ${times} times, ended with ${ended.code}: ${ended.stderr}`];
  return seen.map(fault => `${at.kind} (${at.number}): ${fault}`);
}

describe.skipIf(!engine)(
  'a run whose connection is lost at any command goes on and does each job once',
  () => {
    test.each(scenarios)('$name', { timeout: 300_000 }, async scenario => {
      const [first] = daemons;
      if (!first) return;
      const { ended, commands } = await runThrough(first, scenario);
      expect(ended).toMatchObject({ code: 0 });
      expect(await faultsOf(first, scenario)).toEqual([]);
      // Before that it is looked what there is.
      const begin = commands.indexOf('query-cpus-fast');
      const all = commands.flatMap((name, at): Point[] =>
        at < begin
          ? []
          : (['unsent', 'unanswered'] as const).map(when => ({
              number: at + 1,
              kind: `${name} ${when}`,
              when,
            })),
      );
      const left = all.filter(({ kind }) => {
        const isNew = !tried.has(kind);
        tried.add(kind);
        return isWhole || isNew;
      });
      const faults: string[] = [];
      const count = left.length;
      await Promise.all(
        daemons.map(async daemon => {
          for (let point = left.shift(); point !== undefined; point = left.shift())
            faults.push(...(await faultsOfCut(daemon, scenario, point)));
        }),
      );
      expect(faults).toEqual([]);
      console.log(`${scenario.name}: cut at ${count} of ${all.length} places`);
    });
  },
);
