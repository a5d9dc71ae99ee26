import fc from 'fast-check';

/**
 * A property draws the same values in each run, so that a run that fails is about what was changed. `QBLK_SEED=N` draws
 * others, `QBLK_SEED=random` new ones each time; a failure prints its seed.
 */
const wanted = process.env['QBLK_SEED'] ?? '1';
fc.configureGlobal({ seed: wanted === 'random' ? Date.now() : Number(wanted) });
