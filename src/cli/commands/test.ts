import { statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../../target/usage-error.ts';
import { ENGINES, findEngine, type TestEngine } from '../../testing/engine.ts';
import { findDocuments } from '../../testing/find-documents.ts';
import { loadDocument } from '../../testing/load-document.ts';
import type { TestReport } from '../../testing/report.ts';
import { documentRecords, summaryRecord } from '../../testing/report-json.ts';
import { documentText, summaryText } from '../../testing/report-text.ts';
import { runDocuments } from '../../testing/run-documents.ts';
import { parseDuration } from '../../text/scalars.ts';
import { suggest } from '../../text/suggest.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { interruptSignal } from '../interrupt.ts';
import { RECORD_VERSION } from '../json-reporter.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';
import { whyNotWritten } from '../write-failure.ts';

/** `qblk test`: runs documents, and tells in one or several reports what came of them; with `--replay` a script on a trace. */
export async function test(options: Options, output: Output): Promise<ExitCode> {
  if (options.replay !== undefined) {
    const { replay } = await import('./replay.ts');
    return replay(options, options.replay, output);
  }
  const { words, flags } = options;
  if (words.length === 0) throw new UsageError('`qblk test` needs a document', ['qblk test PATH…']);
  const [parameter] = options.parameters.keys();
  if (parameter !== undefined)
    throw new UsageError(`\`qblk test\` takes no parameter, and there is ${parameter}=…`, [
      'the fence of a script gives it its parameters: ```qblk name=value',
    ]);
  const reports = readReports(options, output);
  const jobs = readJobs(options.jobs);
  const timeout = readTimeout(options.timeout);
  const engine = await engineOf(options);
  const documents = findDocuments(words).map(loadDocument);
  for (const { file } of reports) if (file !== undefined) writeReport(file, '', 'a');
  const toStdout = reports.find(({ file }) => file === undefined);
  const isText = toStdout?.kind === 'text';
  if (output.json) output.record({ record: 'start', version: RECORD_VERSION, engine: engine.label });
  const interrupt = interruptSignal();
  const report = await runDocuments(documents, {
    engine,
    timeout,
    ...(jobs === undefined ? {} : { jobs }),
    ...(options.filter === undefined ? {} : { filter: options.filter }),
    ...(flags.has('update') ? { update: (await import('../fix.ts')).rewriteFile } : {}),
    wantsJobs: output.json || reports.some(({ kind }) => kind === 'json' || kind === 'html'),
    signal: interrupt.signal,
    onDocument: document => {
      if (output.json) for (const record of documentRecords(document)) output.record(record);
      if (isText && (!output.quiet || isWrong(document)))
        output.result(documentText(document, flags.has('verbose')));
    },
  }).finally(() => interrupt.stop());
  if (isText) output.result(summaryText(report));
  if (output.json) output.record(summaryRecord(report));
  await tell(reports, report, output);
  return codeOf(report, options);
}

/** A file that can no longer be written keeps none of the other reports back. */
async function tell(reports: readonly Report[], report: TestReport, output: Output): Promise<void> {
  let failure: unknown;
  for (const { kind, file } of reports) {
    if (file === undefined && kind === 'text') continue;
    const text = await render(kind, report);
    try {
      if (file === undefined) output.result(text);
      else writeReport(file, text, 'w');
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
}

function isWrong({ problems, cases }: TestReport['documents'][number]): boolean {
  return problems.length > 0 || cases.some(({ outcome }) => outcome === 'failed');
}

function codeOf({ documents, interrupted }: TestReport, { filter, words }: Options): ExitCode {
  if (interrupted) return exitCode.interrupted;
  if (documents.some(({ problems }) => problems.length > 0)) return exitCode.script;
  const cases = documents.flatMap(document => document.cases);
  if (cases.length === 0)
    throw new UsageError(
      filter === undefined
        ? `there is no script in ${words.join(', ')}`
        : `no heading above a script has \`${filter}\` in it`,
    );
  return cases.some(({ outcome }) => outcome === 'failed') ? exitCode.expectation : exitCode.done;
}

async function engineOf(options: Options): Promise<TestEngine> {
  const { engine = 'auto', qemu, program } = options;
  const name = ENGINES.find(known => known === engine);
  if (name === undefined)
    throw new UsageError(`there is no engine \`${engine}\``, [`there is ${ENGINES.join(', ')}`]);
  if (program !== undefined && program !== 'system' && program !== 'storage-daemon')
    throw new UsageError(`--program is system or storage-daemon, not ${program}`);
  const folder = qemu !== undefined && isFolder(qemu) ? resolve(qemu) : undefined;
  if (folder !== undefined) {
    if (name === 'sim' || name === 'none')
      throw new UsageError(`--engine ${name} starts no QEMU, so the folder ${qemu} is of no use`);
    // As a user would say it for every sandbox of this program.
    process.env['QBLK_QEMU'] = folder;
  } else if (qemu !== undefined && name !== 'sim') {
    throw new UsageError(`there is no folder ${qemu}`, [
      'with real engines --qemu names the folder of their programs',
      'a version is for the simulator: --engine sim --qemu 7.2',
    ]);
  }
  const found = await findEngine(name, {
    ...(qemu === undefined || folder !== undefined ? {} : { version: qemu }),
    ...(program === undefined ? {} : { program }),
  });
  if (found.engine && folder !== undefined && dirname(found.engine.program) !== folder)
    throw new UsageError(`${qemu} has no ${found.label}`, ['choose another --engine, or another folder']);
  if (name === 'auto' && found.name === 'sim') await sayThatItIsSimulated();
  return found;
}

async function sayThatItIsSimulated(): Promise<void> {
  const { packages } = await import('../../sandbox/engines.ts');
  const lines = [
    'no QEMU here: the built-in simulator takes its place, and what passes on it is only what qblk knows of QEMU',
    'install QEMU to test on the real one:',
    ...packages.map(line => `  ${line}`),
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

const KINDS = ['text', 'tap', 'junit', 'json', 'html'] as const;

interface Report {
  readonly kind: (typeof KINDS)[number];
  /** Missing for stdout. */
  readonly file?: string;
}

/** Text on stdout, unless another report or the records of `--json` go there. */
function readReports({ reports: given = [] }: Options, { json }: Output): Report[] {
  const reports = given.map(word => readReport(word));
  const there = reports.filter(({ file }) => file === undefined);
  if (there.length + (json ? 1 : 0) > 1)
    throw new UsageError('two reports would go to stdout', [
      `give all but one a file: --report ${there[0]?.kind}=FILE`,
    ]);
  return json || there.length > 0 ? reports : [{ kind: 'text' }, ...reports];
}

function readReport(word: string): Report {
  const at = word.indexOf('=');
  const name = at === -1 ? word : word.slice(0, at);
  const kind = KINDS.find(known => known === name);
  if (kind === undefined) {
    const near = suggest(name, KINDS);
    throw new UsageError(`there is no report \`${name}\``, [
      near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there is ${KINDS.join(', ')}`,
    ]);
  }
  if (at === -1) return { kind };
  const file = word.slice(at + 1);
  if (file === '') throw new UsageError(`--report ${kind}= needs a file, or no \`=\` for stdout`);
  return { kind, file };
}

async function render(kind: Report['kind'], report: TestReport): Promise<string> {
  switch (kind) {
    case 'tap':
      return (await import('../../testing/report-tap.ts')).tapReport(report);
    case 'junit':
      return (await import('../../testing/report-junit.ts')).junitReport(report);
    case 'json':
      return (await import('../../testing/report-json.ts')).jsonReport(report);
    case 'html':
      return (await import('../../testing/html.ts')).htmlReport(report);
    case 'text': {
      const documents = report.documents.map(document => documentText(document, true));
      return `${[...documents, summaryText(report)].join('\n')}\n`;
    }
  }
}

/** Before the run it is only opened, so that a place that can't be written to is known at once. */
function writeReport(file: string, text: string, flag: 'a' | 'w'): void {
  try {
    writeFileSync(file, text, { flag });
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${whyNotWritten(error)}`);
  }
}

function readJobs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs > 0 && jobs <= 1000) return jobs;
  throw new UsageError(`--jobs is a number from 1 to 1000, not ${text}`);
}

function readTimeout(text: string | undefined): number {
  const timeout = parseDuration(text ?? '60s') ?? 0;
  if (timeout > 0) return timeout;
  throw new UsageError(`--timeout is a duration, as 30s or 5m, not ${text}`);
}
