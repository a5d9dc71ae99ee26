import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { renderDiagnostic } from '../diagnostics/render.ts';
import { harmless } from '../text/harmless.ts';
import { positionAt } from '../text/source.ts';
import type { CaseOutcome } from './case-outcome.ts';
import { lackingIn, type TestEngine } from './engine.ts';
import type { LoadedCase, LoadedDocument } from './load-document.ts';
import type { CaseReport, DocumentReport, Problem, TestReport } from './report.ts';
import { runGroup } from './run-group.ts';
import { updatedDocument } from './update.ts';

export interface TestOptions {
  readonly engine: TestEngine;
  /** How many sandboxes at once; the number of cores without it. */
  readonly jobs?: number;
  /** Milliseconds for a script whose fence says nothing else; a minute without it. */
  readonly timeout?: number;
  /** Only cases in whose names this stands, with all that go on in one sandbox with them. */
  readonly filter?: string;
  /** Writes what came out into the documents, with this; it gets the text to stand in the place of the file. */
  readonly update?: (path: string, text: string) => void;
  /** Whether to note the progress of jobs. */
  readonly wantsJobs?: boolean;
  /** Stops the run: scripts give up, sandboxes go, and what was done is reported. */
  readonly signal?: AbortSignal;
  /** Is called with each document's report as soon as it and all before it are done. */
  readonly onDocument?: (report: DocumentReport) => void;
}

const MINUTE = 60_000;

/**
 * Runs documents, each script in a sandbox of its own, several at once; the reports are in the documents' order. Nothing is
 * thrown for what scripts or sandboxes do: that is in the report.
 */
export async function runDocuments(
  documents: readonly LoadedDocument[],
  options: TestOptions,
): Promise<TestReport> {
  const { engine, signal = new AbortController().signal } = options;
  const began = performance.now();
  let qemu = engine.simulated;
  const closing: Promise<void>[] = [];
  const groupOptions = {
    engine,
    lacking: lackingIn(engine),
    timeout: options.timeout ?? MINUTE,
    signal,
    wantsJobs: options.wantsJobs ?? false,
    closes: (gone: Promise<void>) => void closing.push(gone),
    sees: (version: string) => {
      qemu ??= version;
    },
  };
  const slots = makeSlots(Math.max(1, options.jobs ?? availableParallelism()));
  const running = documents.map(document => runDocument(document));
  async function runDocument(document: LoadedDocument): Promise<DocumentReport> {
    const problems = documentProblems(document);
    if (problems.length > 0) return { file: document.source.name, problems, cases: [] };
    const groups = wanted(groupsOf(document.cases), options.filter);
    const outcomes = await Promise.all(groups.map(group => slots(() => runGroup(group, groupOptions))));
    const cases = groups.flatMap((group, at) =>
      group.map((one, index) => ({ one, outcome: outcomes[at]?.[index] as CaseOutcome })),
    );
    const reports = cases.map(({ outcome }) => outcome.report());
    if (!options.update) return { file: document.source.name, problems: [], cases: reports };
    return updated(document, cases, reports, options.update);
  }
  const reports: DocumentReport[] = [];
  for (const report of running) {
    reports.push(await report);
    options.onDocument?.(reports.at(-1) as DocumentReport);
  }
  await Promise.all(closing);
  return {
    version: 1,
    engine: engine.label,
    ...(qemu === undefined ? {} : { qemu }),
    duration: performance.now() - began,
    ...(signal.aborted ? { interrupted: true } : {}),
    documents: reports,
  };
}

/** What is wrong with how a document is written, or with what it uses. */
function documentProblems({ source, findings }: LoadedDocument): Problem[] {
  return findings.map(finding => ({
    line: positionAt(source, finding.primary?.span.start ?? 0).line,
    message: renderDiagnostic({ ...finding, source }),
  }));
}

/** The scripts of a document in rows that share a sandbox, in order. */
export function groupsOf(cases: readonly LoadedCase[]): LoadedCase[][] {
  const groups: LoadedCase[][] = [];
  for (const one of cases) {
    const last = groups.at(-1);
    if (one.flags.has('continue') && last) last.push(one);
    else groups.push([one]);
  }
  return groups;
}

function wanted(groups: readonly LoadedCase[][], filter = ''): readonly LoadedCase[][] {
  const looked = filter.toLowerCase();
  return groups.filter(group => group.some(({ name }) => name.toLowerCase().includes(looked)));
}

/** Writes what can be written, and says so in the reports. */
function updated(
  document: LoadedDocument,
  cases: readonly { readonly one: LoadedCase; readonly outcome: CaseOutcome }[],
  reports: readonly CaseReport[],
  write: (path: string, text: string) => void,
): DocumentReport {
  const file = document.source.name;
  const isUpdated = ({ hasFailed, skipped, changes }: CaseOutcome) =>
    !hasFailed && skipped === undefined && changes.length > 0;
  const changes = cases.filter(({ outcome }) => isUpdated(outcome));
  if (changes.length === 0) return { file, problems: [], cases: reports };
  try {
    if (readFileSync(document.path, 'utf8') !== document.source.text)
      throw new Error('it was changed while its scripts ran, so nothing is written into it');
    write(
      document.path,
      updatedDocument(
        document,
        changes.map(({ one, outcome }) => ({ one, changes: outcome.changes })),
      ),
    );
  } catch (error) {
    return { file, problems: [{ line: 1, message: harmless((error as Error).message) }], cases: reports };
  }
  const all = reports.map((report, at) => {
    const outcome = cases[at]?.outcome;
    if (!outcome || !isUpdated(outcome)) return report;
    const names = [...new Set(outcome.changes.map(({ expectation }) => expectation))].join(', ');
    return {
      ...report,
      outcome: 'updated' as const,
      problems: [],
      notes: [...report.notes, `updated: ${names}`],
    };
  });
  return { file, problems: [], cases: all };
}

/** Runs at most `count` works at once, in the order in which they came. */
function makeSlots(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async work => {
    if (free > 0) free--;
    else await new Promise<void>(go => waiting.push(go));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
