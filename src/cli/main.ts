import type { DurableError } from '../durable/durable-error.ts';
import type { GreetingError } from '../qmp/errors.ts';
import { UsageError } from '../target/usage-error.ts';
import { programVersion } from '../text/program-version.ts';
import { exitCode } from './exit-code.ts';
import { type Options, readOptions } from './options.ts';
import { makeOutput, type Output } from './output.ts';
import { usage } from './usage.ts';

/** Each command's code is loaded when it is asked for: start-up is what a user feels. */
const COMMANDS: Readonly<
  Record<string, () => Promise<(options: Options, output: Output) => Promise<number>>>
> = {
  repl: async () => (await import('./commands/repl.ts')).repl,
  run: async () => (await import('./commands/run.ts')).run,
  resume: async () => (await import('./commands/resume.ts')).resume,
  runs: async () => (await import('./commands/runs.ts')).runs,
  plan: async () => (await import('./commands/plan.ts')).plan,
  compile: async () => (await import('./commands/plan.ts')).compile,
  check: async () => (await import('./commands/check.ts')).check,
  fmt: async () => (await import('./commands/fmt.ts')).fmt,
  schema: async () => (await import('./commands/schema.ts')).schema,
  show: async () => (await import('./commands/show.ts')).show,
  sim: async () => (await import('./commands/sim.ts')).sim,
  test: async () => (await import('./commands/test.ts')).test,
  explain: async () => (await import('./commands/explain.ts')).explain,
  help: async () => (await import('./commands/help.ts')).help,
};

async function main(argv: readonly string[]): Promise<number> {
  let output = makeOutput({ flags: new Set() });
  try {
    const options = readOptions(argv);
    output = makeOutput(options);
    if (options.flags.has('version')) {
      output.result(`qblk ${programVersion}`);
      return exitCode.done;
    }
    if (options.flags.has('help')) return await showHelp(options, output);
    const command = await COMMANDS[options.command]?.();
    const code = command ? await traced(options, told => command(told, output)) : exitCode.usage;
    output.foot();
    output.end(code);
    return code;
  } catch (error) {
    const isSilent = (error as Error).name === 'GreetingError';
    const more = isSilent ? (await import('./silent-monitor.ts')).helpOnSilence(error as GreetingError) : [];
    const code = report(error, output, more);
    output.end(code);
    // With it 2 means changes, so whatever goes wrong with a plan is 1.
    return argv.includes('--detailed-exitcode') && argv.includes('plan') ? exitCode.refused : code;
  }
}

/** With `--trace` every session of the command is written down. */
async function traced(options: Options, command: (options: Options) => Promise<number>): Promise<number> {
  if (options.trace === undefined) return command(options);
  const { openTrace } = await import('../target/trace-file.ts');
  const tracer = openTrace(options.trace);
  try {
    return await command({ ...options, tracer });
  } finally {
    tracer.close();
  }
}

async function showHelp(options: Options, output: Output): Promise<number> {
  if (options.command === 'run' && options.words.length > 0) {
    const { loadScript } = await import('./script.ts');
    const { scriptHelp } = await import('./script-help.ts');
    const { script, source } = loadScript(options);
    output.result(scriptHelp(script, source));
  } else {
    const { helpOfCommand } = await import('./command-help.ts');
    output.result(options.command === 'help' ? usage : (helpOfCommand(options.command) ?? usage));
  }
  return exitCode.done;
}

interface Known {
  readonly name?: string;
  readonly message: string;
  readonly help?: readonly string[];
  readonly stack?: string;
  /** Of a sandbox or the simulator: what the script asks for is at fault, not what there is here. */
  readonly isOfScript?: boolean;
}

/** Says what ended the program. The errors are told apart by name, so that none of their modules is loaded for this. */
function report(error: unknown, output: Output, more: readonly string[]): number {
  if (error instanceof UsageError) {
    output.complain(error.message, error.help);
    return exitCode.usage;
  }
  if ((error as Error).name === 'DurableError') return reportDurable(error as DurableError, output);
  const known = error as Known;
  if (CONNECTION_ERRORS.has(known.name ?? '')) {
    output.complain(known.message, [...more, ...(known.help ?? [])]);
    return known.isOfScript ? exitCode.script : exitCode.connection;
  }
  output.complain(`this is a fault of qblk itself: ${known.stack ?? String(error)}`, [
    'please report it with the script that you ran',
  ]);
  return 70;
}

/** A durable run that does not begin, or does not go on. */
function reportDurable({ kind, finding }: DurableError, output: Output): number {
  output.findings([finding], undefined);
  output.foot();
  return {
    usage: exitCode.usage,
    locked: exitCode.connection,
    journal: exitCode.refused,
    elsewhere: exitCode.expectation,
    question: exitCode.expectation,
  }[kind];
}

const CONNECTION_ERRORS: ReadonlySet<string> = new Set([
  'QmpError',
  'ConnectError',
  'ProtocolError',
  'GreetingError',
  'ConnectionLostError',
  'AnotherQemu',
  'FateUnknown',
  'ExecuteError',
  'SandboxError',
  'SimulatorError',
]);

// The reader of a pipe may go when it likes: what it does not want to read is not written.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', error => {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    stream.write = () => true;
  });
}

/** Somebody who reads slowly gets it all. */
function exitOnceRead(code: number): void {
  const { stdout } = process;
  if (stdout.destroyed || stdout.writableLength === 0) process.exit(code);
  stdout.write('', () => process.exit(code));
}

/** Nothing is left that could happen, and the program waits for it. */
function reportStall(): void {
  process.stderr.write(
    'qblk: this is a fault of qblk itself: it waits for something that can no longer come\n',
  );
  process.exitCode = 70;
}
process.once('beforeExit', reportStall);

void main(process.argv.slice(2)).then(code => {
  process.off('beforeExit', reportStall);
  process.exitCode = code;
  // What an interrupted start left behind may hold the program up; its folder and its QEMU go all the same.
  setTimeout(() => exitOnceRead(code), 1500).unref();
});
