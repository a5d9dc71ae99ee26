import { expect, test } from 'vitest';
import { lackingIn, type TestEngine } from '../../src/testing/engine.ts';
import type { LoadedCase, LoadedDocument } from '../../src/testing/load-document.ts';
import { groupsOf } from '../../src/testing/run-documents.ts';
import { type GroupOptions, runGroup } from '../../src/testing/run-group.ts';

/** The scripts of a document that are more than checked, in the rows that share a sandbox. */
export function rowsThatRun(document: LoadedDocument): LoadedCase[][] {
  return groupsOf(document.cases).filter(row => row.some(({ flags }) => !flags.has('check')));
}

/**
 * A test for each script of some rows: it does what its document says. Scripts of one row run together, when the first is asked
 * for. Without `mayWarn` the document has to state every warning.
 */
export function testRows(
  rows: readonly (readonly LoadedCase[])[],
  engineOf: () => Promise<TestEngine>,
  mayWarn = true,
): void {
  for (const row of rows) {
    let running: ReturnType<typeof runGroup> | undefined;
    const outcomes = async () => {
      running ??= engineOf().then(engine => runGroup(row, optionsFor(engine)));
      return running;
    };
    for (const [at, { name }] of row.entries()) {
      test(name, async ({ skip }) => {
        const report = (await outcomes())[at]?.report();
        skip(report?.outcome === 'skipped', report?.reason);
        expect(report?.problems.map(({ line, message }) => `line ${line}: ${message}`)).toEqual([]);
        if (!mayWarn) expect(report?.notes).toEqual([]);
      });
    }
  }
}

function optionsFor(engine: TestEngine): GroupOptions {
  return {
    engine,
    lacking: lackingIn(engine),
    timeout: 60_000,
    signal: new AbortController().signal,
    wantsJobs: false,
    sees: () => {},
  };
}
