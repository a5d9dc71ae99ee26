import { readFileSync } from 'node:fs';
import { hasErrors } from '../../diagnostics/diagnostic.ts';
import { readTrace, type Trace } from '../../qmp/trace.ts';
import type { Deviation } from '../../sim/replay-server.ts';
import { EarlyDeviation, openReplay, type Replay } from '../../target/replay.ts';
import { UsageError } from '../../target/usage-error.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';
import { loadScript } from '../script.ts';
import { checkAndRun } from './run.ts';

/**
 * `qblk test --replay TRACE FILE`: runs a script on what a trace has of its QEMU. It ends as the run ends, but where a command is
 * another than in the trace, missing or one too many, that is told and is a failed expectation.
 */
export async function replay(options: Options, file: string, output: Output): Promise<ExitCode> {
  const loaded = loadScript(options);
  if (hasErrors(loaded.findings)) {
    output.findings(loaded.findings, loaded.source);
    return exitCode.script;
  }
  const trace = loadTrace(file);
  let opened: Replay | undefined;
  let code: ExitCode | undefined;
  let failure: unknown;
  try {
    opened = await openReplay(trace, options, loaded.script);
    const started = new Date(trace.header.started);
    output.say(
      `trace: QEMU ${trace.header.qemu ?? 'unknown'}, ${started.toISOString()}, by qblk ${trace.header.qblk}`,
    );
    code = await checkAndRun(loaded, opened.target, options, output, started);
  } catch (error) {
    failure = error;
  } finally {
    await opened?.target.close();
  }
  const deviation = failure instanceof EarlyDeviation ? failure.deviation : opened?.deviation();
  if (deviation) {
    tell(deviation, file, output);
    return exitCode.expectation;
  }
  if (code === undefined) throw failure;
  return code;
}

function loadTrace(file: string): Trace {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read the trace ${file}: ${(error as Error).message}`);
  }
  const trace = readTrace(text);
  if (typeof trace === 'string')
    throw new UsageError(`${file} is no trace: ${trace}`, ['a trace is written by --trace FILE']);
  const line = lineOfLoss(trace);
  if (line !== undefined)
    throw new UsageError(`${file} can't be replayed: its connection was lost before line ${line}`, [
      'read it as it is: each line is a message, with its time',
    ]);
  return trace;
}

/** The line at which QEMU greets once more although it was not told to quit, as a sandbox is that restarts. */
function lineOfLoss({ records }: Trace): number | undefined {
  const greeted = new Set<string | undefined>();
  for (const { target, direction, message, line } of records) {
    if (direction === 'send' && message['execute'] === 'quit') greeted.delete(target);
    if (direction === 'send' || message['QMP'] === undefined) continue;
    if (greeted.has(target)) return line;
    greeted.add(target);
  }
  return undefined;
}

function tell({ line, expected, came }: Deviation, file: string, output: Output): void {
  const where = line === undefined ? `${file} ends` : `${file}:${line}`;
  const parts = [
    expected === undefined ? 'the trace has no further command' : `the trace has ${shortened(expected)}`,
    came === undefined ? 'the run ended before it' : `the run sent ${shortened(came)}`,
  ];
  output.complain(`the run leaves the trace: ${where}`, [
    ...parts,
    'the same script, parameters and version of qblk send the same commands; `$` lines and `io` are not replayed',
  ]);
}

function shortened(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
