import { fill } from '../editor/paragraph.ts';
import { documentForm } from './document-form.ts';
import { runRecords } from './run-records.ts';

/** A command of the program: how it is written, what it does, and the options that it takes beside those for output. */
export interface CommandHelp {
  readonly usage: readonly string[];
  readonly does: string;
  readonly options: readonly string[];
  /** What else there is to know, line by line. */
  readonly more?: readonly string[];
}

const SCRIPT = ['-c'];
const SCHEMA = ['--qemu', '--program'];
const ALLOW = ['--allow-exec', '--allow-raw', '--allow-path', '--allow-libvirt'];
const TARGET = ['--qmp', '--target', '--sandbox', ...ALLOW, '--trace', ...SCHEMA];

/** The program's commands, in the order of the help. */
export const commandHelp: Readonly<Record<string, CommandHelp>> = {
  repl: {
    usage: ['qblk [repl] --sandbox[=ENGINE]', 'qblk [repl] --qmp URI', 'qblk repl FILE --sandbox'],
    does: 'Opens a prompt on a QEMU that runs, or on a scratch one: completion from the live graph, plans, jobs in the background, `help tour`. A sandbox has the chains that head FILE, or a scratch disk of four images. Where standard input is no terminal it is read entry by entry, and the first that fails is the last.',
    options: [...TARGET, '--keep'],
  },
  run: {
    usage: [
      'qblk run FILE|- [name=value …]',
      "qblk run -c 'STATEMENT; …'",
      'qblk run --plan FILE',
      'qblk run --durable FILE',
    ],
    does: 'Checks a script against a QEMU, then runs it there. Where anything is wrong, nothing is sent. With --help behind the file it tells the parameters of the script.',
    options: [
      ...SCRIPT,
      '--plan',
      ...TARGET,
      '--keep',
      '--on-interrupt',
      '--reconnect',
      '--durable',
      '--steal',
      '--no-marker',
    ],
    more: runRecords,
  },
  resume: {
    usage: ['qblk resume [RUN]'],
    does: 'Goes on with a durable run that broke off, where it was: what was done is not done again, and of a step in the middle QEMU tells whether it was carried out. Without RUN it is the only one that can go on.',
    options: ['--reconnect', '--redo-step', '--skip-step'],
    more: [
      'exit codes, beside those of `run`',
      '  1 there is no such run, or it is over    4 somebody else carries it out',
      '  5 only you can tell what became of the step in the middle, or the QEMU or its chain is another one',
    ],
  },
  runs: {
    usage: ['qblk runs', 'qblk runs --forget RUN|done'],
    does: 'Lists the durable runs of this user: running, interrupted, done, failed or damaged. Of one that broke off it asks its QEMU, which may be gone (no QEMU), give no answer, belong to another run by now, or be another QEMU: one that was restarted, or was taken over with --steal by a run that is over.',
    options: ['--forget'],
  },
  plan: {
    usage: ['qblk plan FILE|- [name=value …]', "qblk plan -c 'STATEMENT; …'"],
    does: 'Shows what would be sent, and what each statement changes: chains, jobs, files. Changes nothing. Without a QEMU the `chain` lines of the script say what there is.',
    options: [...SCRIPT, '--out', '--detailed-exitcode', ...TARGET, '--keep'],
  },
  compile: {
    usage: ['qblk compile FILE|- [name=value …]', "qblk compile -c 'STATEMENT; …'"],
    does: 'Prints the plan for machines: a JSON object a step.',
    options: [...SCRIPT, ...TARGET, '--keep'],
  },
  check: {
    usage: ['qblk check [--fix] FILE… [name=value …]', "qblk check -c 'STATEMENT; …'"],
    does: 'Prints diagnostics only, of any number of scripts. The exit code is that of the first with a fault.',
    options: [...SCRIPT, '--fix', ...TARGET],
  },
  fmt: {
    usage: ['qblk fmt [--check] FILE…'],
    does: 'Rewrites scripts in the one layout. What comes from standard input, as the file `-`, goes to standard output.',
    options: ['--check'],
  },
  schema: {
    usage: ['qblk schema [COMMAND]'],
    does: 'Lists the commands that a QEMU accepts, or the arguments of one of them.',
    options: ['--qmp', '--trace', ...SCHEMA],
  },
  show: {
    usage: ['qblk show [chain|nodes|jobs|bitmaps|exports|status] [NAME]'],
    does: 'Takes one look at a QEMU that runs; NAME narrows it to what is called so.',
    options: ['--qmp', '--trace'],
  },
  sim: {
    usage: ['qblk sim --listen URI [FILE]'],
    does: 'Is a simulated QEMU for any QMP client, with the disks that head a script, until it is interrupted.',
    options: [...SCRIPT, '--listen', ...SCHEMA],
  },
  test: {
    usage: ['qblk test PATH…', 'qblk test --replay TRACE FILE [name=value …]'],
    does: 'Runs .qblk files and the scripts of Markdown files, of a folder all below it, each in a sandbox of its own, and holds what comes of them against what the documents say.',
    options: [
      ...['--engine', '--qemu', '--program', '--jobs', '--timeout', '--filter'],
      ...['--report', '--verbose', '--update', '--replay'],
    ],
    more: documentForm,
  },
  explain: {
    usage: ['qblk explain [CODE…]'],
    does: 'Tells the story of a diagnostic, such as base-above-top; without a code it lists them all.',
    options: [],
  },
  help: {
    usage: ['qblk help [COMMAND|STATEMENT]'],
    does: 'Tells what the program, one of its commands or a statement of the language does.',
    options: [],
  },
};

/** Each option as it is written, with what it does. */
const OPTIONS: Readonly<Record<string, readonly [string, string]>> = {
  '-c': ["-c 'STATEMENT; …'", 'a line of script in the place of a file'],
  '--plan': ['--plan FILE', 'run a saved plan: what was shown, and nothing where the QEMU has changed'],
  '--durable': ['--durable', 'keep a journal, so that `qblk resume` can go on whatever breaks off'],
  '--reconnect': [
    '--reconnect DURATION',
    'how long a lost connection is tried again; by default 30s, 2s where nobody listens',
  ],
  '--steal': ['--steal', 'take the QEMU away from a durable run that is not finished'],
  '--no-marker': ['--no-marker', 'make nothing in the QEMU that tells it from a restarted one'],
  '--redo-step': ['--redo-step', 'carry the step out that the run broke off in, though it may have been'],
  '--skip-step': ['--skip-step', 'go on behind that step, as if it was carried out'],
  '--forget': [
    '--forget RUN|done',
    'remove the journal of a run, and its mark in the QEMU; done: those of all runs that have ended, well or not',
  ],
  '--out': ['-o, --out FILE', 'save the plan as well, to be run by `qblk run --plan FILE`'],
  '--detailed-exitcode': [
    '--detailed-exitcode',
    '0 nothing would change, 1 an error, 2 something would change',
  ],
  '--fix': ['--fix', 'make the changes that are certain'],
  '--check': ['--check', 'change nothing; the exit code says whether something would'],
  '--listen': ['--listen URI', 'where clients connect: unix:PATH or tcp:HOST:PORT'],
  '--qmp': ['--qmp URI', 'the QMP socket: a path, unix:, tcp:, tls:, ssh:// or exec:; else $QBLK_QMP'],
  '--target': ['--target NAME=URI', 'the same of an endpoint that the script declares; once for each'],
  '--sandbox': ['--sandbox[=ENGINE]', 'a scratch QEMU: auto, qemu, storage-daemon or sim'],
  '--allow-exec': ['--allow-exec NAME', 'let `$` lines of the script run this program too; once for each'],
  '--allow-raw': [
    '--allow-raw NAME',
    'let it send a QMP command beyond the block layer under its own name; `*`: any characters',
  ],
  '--allow-path': ['--allow-path DIR', 'keep its files to this folder; once for each, without it to none'],
  '--allow-libvirt': ['--allow-libvirt', "let it change the disks of libvirt's guests behind libvirt's back"],
  '--qemu': ['--qemu VERSION', 'without a QEMU: the bundled schema, the newest by default'],
  '--program': ['--program PROGRAM', 'and whose: system or storage-daemon'],
  '--engine': ['--engine NAME', 'auto, qemu, storage-daemon, sim; or none: scripts are only checked'],
  '--jobs': ['--jobs N', 'sandboxes at once; by default one a core'],
  '--timeout': ['--timeout DURATION', 'for a script whose fence says nothing else; by default 60s'],
  '--filter': ['--filter TEXT', 'only scripts under a heading that has this text in it'],
  '--report': ['--report KIND[=FILE]', 'text, tap, junit, json or html; may be given several times'],
  '--verbose': ['-v, --verbose', 'tell every script, and the time of each statement'],
  '--update': ['--update', 'write what came out into the fences that state something else'],
  '--trace': ['--trace FILE', 'write down every message on the wire, without secrets'],
  '--replay': ['--replay TRACE', 'run the script on what a trace has of its QEMU, in the place of a QEMU'],
  '--on-interrupt': [
    '--on-interrupt WHAT',
    'at a signal: leave its jobs, which is the default off a terminal, or cancel them',
  ],
  '--keep': ['--keep', "leave the sandbox's folder behind"],
};

/** Options that every command takes. */
export const everywhere: ReadonlySet<string> = new Set([
  '--json',
  '--quiet',
  '--color',
  '--no-color',
  '--help',
  '--version',
]);

/** What `qblk help COMMAND` prints; undefined where no command is called so. */
export function helpOfCommand(name: string): string | undefined {
  if (!Object.hasOwn(commandHelp, name)) return undefined;
  const { usage, does, options, more = [] } = commandHelp[name] as CommandHelp;
  const rows = options.map(option => OPTIONS[option] ?? ([option, ''] as const));
  return [
    ...usage.map((line, at) => `${at === 0 ? 'usage: ' : '       '}${line}`),
    '',
    ...fill(does),
    '',
    ...(rows.length > 0 ? ['options', ...rows.map(([form, text]) => `  ${form.padEnd(24)}${text}`)] : []),
    '  --json, -q, --color, --no-color as everywhere: see `qblk --help`',
    ...(more.length > 0 ? ['', ...more] : []),
  ].join('\n');
}

/** The commands that take an option, as words for a message. */
export function takersOf(option: string): string[] {
  return Object.entries(commandHelp).flatMap(([name, { options }]) =>
    options.includes(option) ? [`\`qblk ${name}\``] : [],
  );
}
