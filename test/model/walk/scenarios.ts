import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/qmp/json.ts';
import { haveStorageDaemon, startDaemon } from '../../jobs/storage-daemon.ts';
import { makeImages } from './images.ts';
import { newTally, Walk } from './walk.ts';

/** What is tried, how it ends, and the commands: at most the last of them is refused. */
export type Scenario = readonly [
  title: string,
  end: 'accepted' | 'refused',
  commands: readonly (readonly [command: string, args: JsonObject])[],
];

/** Tests that the model and a storage daemon do the same at each step of these, and refuse in the same words. */
export function holdAgainstQemu(scenarios: readonly Scenario[]): void {
  const folder = process.env['QBLK_QEMU_BIN'];
  let images: ReturnType<typeof makeImages> | undefined;

  describe.skipIf(!haveStorageDaemon())('the model and QEMU say the same where', () => {
    beforeAll(() => {
      images = makeImages(name => (folder ? join(folder, name) : name));
    });
    afterAll(() => images?.remove());

    test.each(scenarios)('%s', async (_, end, commands) => {
      const daemon = await startDaemon();
      try {
        images?.into(daemon.folder);
        const tally = newTally();
        const walk = new Walk(daemon, tally);
        await walk.begin();
        const before = tally.refused;
        for (const [command, args] of commands) {
          expect([command, await walk.step({ command, args }), walk.words]).toEqual([command, true, []]);
        }
        expect(tally.refused - before).toBe(end === 'refused' ? 1 : 0);
      } finally {
        await daemon.stop();
      }
    });
  });
}
