import { resolve } from 'node:path';
import type { Tracer } from '../target/trace-file.ts';
import { UsageError } from '../target/usage-error.ts';
import { suggest } from '../text/suggest.ts';
import { commandHelp, everywhere, takersOf } from './command-help.ts';

/** The command line, read and not yet acted on. */
export interface Options {
  readonly command: string;
  /** Files and words behind the command, in order, `name=value` pairs left out. */
  readonly words: readonly string[];
  /** The script's parameters: `name=value`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The text of `-c`. */
  readonly code?: string;
  /** What becomes of the jobs of a run that a signal ends. */
  readonly onInterrupt?: 'leave' | 'cancel';
  readonly qmp?: string;
  /** The QEMUs of the endpoints that the script declares: `--target NAME=URI`. */
  readonly targets?: ReadonlyMap<string, string>;
  /** The programs that `$` lines may run, beside those that every script may. */
  readonly allowExec?: ReadonlySet<string>;
  /** The commands beyond the block layer that a script may send, and the folders that its files have to lie in. */
  readonly allowRaw?: ReadonlySet<string>;
  readonly allowPath?: readonly string[];
  readonly sandbox?: string;
  /** The version of the bundled schema to use offline. */
  readonly qemu?: string;
  /** Which program's bundled schema: `system` or `storage-daemon`. */
  readonly program?: string;
  /** Where `plan` saves its document. */
  readonly out?: string;
  /** The saved plan to run. */
  readonly savedPlan?: string;
  /** Where `sim` listens. */
  readonly listen?: string;
  /** What `test` runs scripts on, how many at once, for how long, and those of which names. */
  readonly engine?: string;
  readonly jobs?: string;
  readonly timeout?: string;
  readonly filter?: string;
  /** The reports of `test`, each `KIND` or `KIND=FILE`. */
  readonly reports?: readonly string[];
  /** The file that every message on the wire goes to, and what writes it once there is one. */
  readonly trace?: string;
  readonly tracer?: Tracer;
  /** The trace that `test` reads back. */
  readonly replay?: string;
  /** How long a durable run tries to connect again, as a duration. */
  readonly reconnect?: string;
  /** The run whose journal `runs` removes; `done` for all that have ended. */
  readonly forget?: string;
  readonly flags: ReadonlySet<Flag>;
}

export type Flag =
  | 'json'
  | 'quiet'
  | 'keep'
  | 'allow-libvirt'
  | 'color'
  | 'no-color'
  | 'check'
  | 'write'
  | 'fix'
  | 'help'
  | 'version'
  | 'detailed-exitcode'
  | 'update'
  | 'verbose'
  | 'durable'
  | 'steal'
  | 'no-marker'
  | 'redo-step'
  | 'skip-step';

const FLAGS: Readonly<Record<string, Flag>> = {
  '--json': 'json',
  '--quiet': 'quiet',
  '-q': 'quiet',
  '--keep': 'keep',
  '--allow-libvirt': 'allow-libvirt',
  '--color': 'color',
  '--no-color': 'no-color',
  '--check': 'check',
  '--fix': 'fix',
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
  '-V': 'version',
  '--detailed-exitcode': 'detailed-exitcode',
  '--update': 'update',
  '--verbose': 'verbose',
  '-v': 'verbose',
  '--durable': 'durable',
  '--steal': 'steal',
  '--no-marker': 'no-marker',
  '--redo-step': 'redo-step',
  '--skip-step': 'skip-step',
};

/** The long names of short options. */
const SHORT: Readonly<Record<string, string>> = {
  '-q': '--quiet',
  '-h': '--help',
  '-V': '--version',
  '-o': '--out',
  '-v': '--verbose',
};

type Valued =
  | 'code'
  | 'qmp'
  | 'qemu'
  | 'program'
  | 'sandbox'
  | 'out'
  | 'savedPlan'
  | 'listen'
  | 'engine'
  | 'jobs'
  | 'timeout'
  | 'filter'
  | 'trace'
  | 'replay'
  | 'reconnect'
  | 'forget';

const VALUED: Readonly<Record<string, Valued>> = {
  '-c': 'code',
  '--qmp': 'qmp',
  '--qemu': 'qemu',
  '--program': 'program',
  '--out': 'out',
  '-o': 'out',
  '--plan': 'savedPlan',
  '--listen': 'listen',
  '--engine': 'engine',
  '--jobs': 'jobs',
  '--timeout': 'timeout',
  '--filter': 'filter',
  '--trace': 'trace',
  '--replay': 'replay',
  '--reconnect': 'reconnect',
  '--forget': 'forget',
};

const commands = Object.keys(commandHelp);

/** Reads the command line. Throws a UsageError for an option that is not known or lacks its value. */
export function readOptions(argv: readonly string[]): Options {
  const words: string[] = [];
  const parameters = new Map<string, string>();
  const flags = new Set<Flag>();
  const values: Partial<Record<Valued, string>> = {};
  const targets = new Map<string, string>();
  const allowExec = new Set<string>();
  const allowRaw = new Set<string>();
  const allowPath: string[] = [];
  const reports: string[] = [];
  const given = new Set<string>();
  const rest = [...argv];
  let onInterrupt: Options['onInterrupt'];
  let literal = false;
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (literal || !argument.startsWith('-') || argument === '-') {
      const pair = /^([A-Za-z_][A-Za-z0-9_-]*)=(.*)$/s.exec(argument);
      if (pair) parameters.set(pair[1] ?? '', pair[2] ?? '');
      else words.push(argument);
      continue;
    }
    if (argument === '--') {
      literal = true;
      continue;
    }
    const [name = '', inline] = splitOption(argument);
    given.add(SHORT[name] ?? name);
    const flag = FLAGS[name];
    if (flag !== undefined && inline === undefined) {
      flags.add(flag);
      continue;
    }
    if (name === '--sandbox') {
      values.sandbox = inline ?? 'auto';
      continue;
    }
    if (name === '--allow-exec') {
      allowExec.add(programName(inline ?? rest.shift()));
      continue;
    }
    if (name === '--allow-raw') {
      allowRaw.add(commandPattern(inline ?? rest.shift()));
      continue;
    }
    if (name === '--allow-path') {
      allowPath.push(wholeFolder(inline ?? rest.shift()));
      continue;
    }
    if (name === '--target') {
      addTarget(inline ?? rest.shift(), targets);
      continue;
    }
    if (name === '--on-interrupt') {
      onInterrupt = interruptPolicy(inline ?? rest.shift());
      continue;
    }
    if (name === '--report') {
      const report = inline ?? rest.shift();
      if (report === undefined) throw new UsageError('--report needs a value', ['see `qblk help test`']);
      reports.push(report);
      continue;
    }
    const key = VALUED[name];
    if (key === undefined) throw unknownOption(name, flag !== undefined);
    const value = inline ?? rest.shift();
    if (value === undefined) throw new UsageError(`${name} needs a value`, ['see `qblk --help`']);
    values[key] = value;
  }
  const command = commandOf(words, values.code, values.sandbox ?? values.qmp ?? [...targets.keys()][0]);
  refuseIdle(command, given);
  return {
    ...{ command, words, parameters, targets, allowExec, allowRaw, allowPath, reports, flags, ...values },
    ...(onInterrupt === undefined ? {} : { onInterrupt }),
  };
}

function programName(value: string | undefined): string {
  if (value !== undefined && value !== '' && !value.startsWith('-')) return value;
  throw new UsageError('--allow-exec needs the name of a program', [
    'as `$` lines of the script write it: --allow-exec NAME',
  ]);
}

function commandPattern(value: string | undefined): string {
  if (value !== undefined && /^[\w*-]+$/.test(value) && !value.startsWith('-')) return value;
  throw new UsageError('--allow-raw needs the name of a QMP command', [
    "--allow-raw device_add, or for several --allow-raw 'migrate*'",
  ]);
}

function wholeFolder(value: string | undefined): string {
  if (value !== undefined && value !== '' && !value.startsWith('-')) return resolve(value);
  throw new UsageError('--allow-path needs a folder', ['--allow-path /var/lib/images; once for each']);
}

function interruptPolicy(value: string | undefined): 'leave' | 'cancel' {
  if (value === 'leave' || value === 'cancel') return value;
  throw new UsageError(
    value === undefined
      ? '--on-interrupt needs leave or cancel'
      : `--on-interrupt is leave or cancel, not ${value}`,
    ['leave, the default, lets the jobs of the run go on; cancel ends them'],
  );
}

function addTarget(value: string | undefined, targets: Map<string, string>): void {
  const pair = /^([A-Za-z][A-Za-z0-9_-]*)=(.+)$/s.exec(value ?? '');
  const [, name = '', address = ''] = pair ?? [];
  if (!pair)
    throw new UsageError('--target needs the name of an endpoint and the address of its QEMU', [
      '--target src=unix:/run/src.qmp --target dst=unix:/run/dst.qmp',
    ]);
  if (targets.has(name)) throw new UsageError(`--target names a QEMU for @${name} twice`, ['leave one out']);
  targets.set(name, address);
}

/** An option that the command does not take would be ignored, so it is refused. */
function refuseIdle(command: string, given: ReadonlySet<string>): void {
  if (given.has('--help') || given.has('--version')) return;
  const taken = commandHelp[command]?.options ?? [];
  for (const option of given) {
    if (everywhere.has(option) || taken.includes(option)) continue;
    const takers = takersOf(option);
    throw new UsageError(`\`qblk ${command}\` takes no ${option}`, [
      `${option} belongs to ${takers.join(', ')}`,
      `its own options are told by \`qblk help ${command}\``,
    ]);
  }
}

function splitOption(argument: string): [string, string?] {
  const at = argument.startsWith('--') ? argument.indexOf('=') : -1;
  return at === -1 ? [argument] : [argument.slice(0, at), argument.slice(at + 1)];
}

function unknownOption(name: string, isFlag: boolean): UsageError {
  if (isFlag) return new UsageError(`${name} takes no value`);
  const near = suggest(name, [
    ...Object.keys(FLAGS),
    ...Object.keys(VALUED),
    '--allow-exec',
    '--allow-path',
    '--allow-raw',
    '--on-interrupt',
    '--report',
    '--sandbox',
    '--target',
  ]);
  const help = near.length > 0 ? [`did you mean ${near.join(' or ')}?`] : ['see `qblk --help`'];
  return new UsageError(`there is no option ${name}`, help);
}

/**
 * The command that the words begin with; a script's name or `-c` alone means `run`, a QEMU alone the prompt on it. Takes the
 * command's word away.
 */
function commandOf(words: string[], code: string | undefined, qemu: string | undefined): string {
  const [first] = words;
  if (first === undefined) {
    if (code !== undefined) return 'run';
    return qemu !== undefined || process.env['QBLK_QMP'] ? 'repl' : 'help';
  }
  const known = commands.find(command => command === first);
  if (known) {
    words.shift();
    return known;
  }
  if (code !== undefined || first === '-' || first.includes('/') || first.endsWith('.qblk')) return 'run';
  const near = suggest(first, commands);
  throw new UsageError(`there is no command \`${first}\``, [
    near.length > 0
      ? `did you mean ${near.map(name => `\`qblk ${name}\``).join(' or ')}?`
      : 'see `qblk --help`',
    'a script without the ending .qblk is run by `qblk run FILE`',
  ]);
}
