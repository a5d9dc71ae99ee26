import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storageDaemon } from '../cli/live.ts';
import { buildProgram, type Program } from '../cli/program.ts';
import { Daemon, makeTemplate } from './daemon.ts';
import { type Scenario, scenarios } from './scenarios.ts';

const engine = storageDaemon();
let program: Program;
let template: string;
let daemons: Daemon[] = [];

beforeAll(async () => {
  if (!engine) return;
  program = await buildProgram();
  template = makeTemplate(engine);
  daemons = await Promise.all(Array.from({ length: 3 }, () => Daemon.start({ engine, program, template })));
});
afterAll(async () => {
  await Promise.all(daemons.map(daemon => daemon.stop()));
  program?.remove();
  if (template) rmSync(template, { recursive: true });
});

/** What must hold once a run is over, as far as it does not. */
async function faultsOf(daemon: Daemon, { chain, jobs, bytes }: Scenario): Promise<string[]> {
  const there = await daemon.chain();
  const made = daemon.jobsMade();
  await daemon.close();
  return [
    ...(there === chain ? [] : [`the chain is ${there}`]),
    ...(made.size === jobs && [...made.values()].every(times => times === 1)
      ? []
      : [`jobs were made: ${JSON.stringify([...made])}`]),
    ...bytes.flatMap(([file, expected]) => (daemon.reads(file, expected) ? [] : [`${file} reads wrong`])),
  ];
}

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
      const points = first
        .steps()
        .flatMap((what, at) => [
          ...['after-intent', 'after-send', 'after-reply', 'after-done'].map(point => `s${at + 1}:${point}`),
          ...(what.startsWith('job-dismiss') ? [`s${at + 1}:before-dismiss`] : []),
        ]);
      expect(await faultsOf(first, scenario)).toEqual([]);
      const faults: string[] = [];
      const left = [...points];
      await Promise.all(
        daemons.map(async daemon => {
          for (let point = left.shift(); point !== undefined; point = left.shift())
            faults.push(...(await crashAndResume(daemon, scenario, point)));
        }),
      );
      expect(faults).toEqual([]);
      console.log(`${scenario.name}: ${points.length} crash points`);
    });
  },
);
