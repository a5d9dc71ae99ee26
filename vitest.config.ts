import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Most tests wait for a QEMU half of the time.
    maxWorkers: 2,
    // To load the modules anew for each file would take longer than most files do.
    isolate: false,
  },
});
