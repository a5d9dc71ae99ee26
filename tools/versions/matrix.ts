import { dirname } from 'node:path';
import { listQemus, seriesOf } from '../../src/sandbox/engines.ts';
import { findEngine } from '../../src/testing/engine.ts';
import { findDocuments } from '../../src/testing/find-documents.ts';
import { loadDocument } from '../../src/testing/load-document.ts';
import type { TestReport } from '../../src/testing/report.ts';
import { runDocuments } from '../../src/testing/run-documents.ts';

/** The versions that the examples are to run on, as columns of the table. */
export const SERIES = ['5.2', '7.2', '10.0', '11.1'] as const;
/** The engines, in the order of the signs in a cell. */
export const ENGINES = ['qemu', 'storage-daemon', 'sim'] as const;

/** One version of one engine. */
export interface Place {
  readonly series: (typeof SERIES)[number];
  readonly engine: (typeof ENGINES)[number];
  /** Of its programs; missing where it is not on this machine, and for the simulator. */
  readonly directory?: string;
}

/** All places, with what of them is on this machine. */
export async function allPlaces(): Promise<Place[]> {
  const qemus = await listQemus();
  return SERIES.flatMap(series =>
    ENGINES.map(engine => {
      const qemu = qemus.find(({ version }) => seriesOf(version) === series);
      const program = qemu?.engines.find(({ kind }) => kind === engine)?.program;
      return { series, engine, ...(program === undefined ? {} : { directory: dirname(program) }) };
    }),
  );
}

/** Whether scripts can run there. */
export function isAtHand({ engine, directory }: Place): boolean {
  return engine === 'sim' || directory !== undefined;
}

/** Runs all of examples/ there. One place at a time: which QEMU it is goes through the environment. */
export async function runExamples(place: Omit<Place, 'series'> & Partial<Place>): Promise<TestReport> {
  const { engine, directory, series } = place;
  const before = process.env['QBLK_QEMU'];
  if (directory !== undefined) process.env['QBLK_QEMU'] = directory;
  try {
    const documents = findDocuments(['examples'])
      // Libraries run as part of the scripts that use them.
      .filter(path => !path.startsWith('examples/lib/'))
      .map(loadDocument);
    return await runDocuments(documents, {
      engine: await findEngine(engine, engine === 'sim' && series ? { version: series } : {}),
    });
  } finally {
    if (before === undefined) delete process.env['QBLK_QEMU'];
    else process.env['QBLK_QEMU'] = before;
  }
}
