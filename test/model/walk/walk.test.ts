import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { haveStorageDaemon, startDaemon } from '../../jobs/storage-daemon.ts';
import { makeImages } from './images.ts';
import { commandOf, operation } from './operations.ts';
import { newTally, Walk } from './walk.ts';

/** How many steps to take: a few in each run of the tests, `QBLK_WALK_STEPS=5000` to go far. */
const STEPS = Number(process.env['QBLK_WALK_STEPS'] ?? 400);
const LENGTH = 40;

const folder = process.env['QBLK_QEMU_BIN'];
const tool = (name: string) => (folder ? join(folder, name) : name);
const isThere = haveStorageDaemon() && !spawnSync(tool('qemu-img'), ['--version']).error;

let images: ReturnType<typeof makeImages>;

beforeAll(() => {
  if (isThere) images = makeImages(tool);
});

afterAll(() => {
  images?.remove();
});

test.skipIf(!isThere)(
  'whatever is said to it, legal or not, a storage daemon does what the model says',
  async () => {
    const tally = newTally();
    const walks = Math.ceil((STEPS * 1.25) / LENGTH);
    const check = fc.asyncProperty(
      fc.array(operation, { minLength: 1, maxLength: LENGTH, size: 'max' }),
      async operations => {
        const daemon = await startDaemon();
        try {
          images.into(daemon.folder);
          const walk = new Walk(daemon, tally);
          await walk.begin();
          for (const [step, one] of operations.entries()) {
            if (!(await walk.step(commandOf(one, { graph: walk.graph, step })))) break;
          }
        } finally {
          await daemon.stop();
        }
      },
    );
    const outcome = await fc.check(check, { numRuns: walks, endOnFailure: false });
    const { unmodelled, cut, learnt, sameWords, ...counts } = tally;
    const told = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
    console.info(
      `random walk, seed ${outcome.seed}: ${told.join(', ')}; ${outcome.failed ? 1 : 0} disagreements, ${unmodelled} unmodelled; ` +
        `${sameWords} refusals in QEMU's own words; ${learnt} facts read from QEMU, ${cut} walks cut short by a bug of QEMU`,
    );
    const error = outcome.errorInstance instanceof Error ? outcome.errorInstance.message : '';
    expect(outcome.failed ? `${error}\n${fc.defaultReportMessage(outcome)}` : '').toBe('');
    expect(tally.accepted).toBeGreaterThan(STEPS / 8);
    expect(tally.refused).toBeGreaterThan(STEPS / 8);
  },
  600_000 + STEPS * 100,
);
