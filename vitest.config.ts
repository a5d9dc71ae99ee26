import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Most tests wait for a QEMU half of the time.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // To load the modules anew for each file would take longer than most files do.
    isolate: false,
  },
});
