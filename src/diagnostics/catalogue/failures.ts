import type { Span } from '../../text/source.ts';
import type { Finding } from '../diagnostic.ts';

function error(
  code: string,
  span: Span,
  message: string,
  label: string,
  notes: readonly string[],
  help: readonly string[],
): Finding {
  return { severity: 'error', code, message, primary: { span, text: label }, notes, help };
}

/** QEMU answered a command with an error. */
export function refused(
  span: Span,
  command: string,
  sent: string,
  errorClass: string,
  description: string,
): Finding {
  const known = MEANINGS.find(([pattern]) => pattern.test(description));
  const notes = [`sent: ${sent}`];
  if (errorClass !== 'GenericError') notes.push(`error class: ${errorClass}`);
  return error(
    'refused',
    span,
    `QEMU refuses ${command}: ${description.trimEnd()}`,
    'refused here',
    notes,
    known ? [known[1]] : [],
  );
}

/** What QEMU's words mean for somebody who runs it. The class is stable between versions; the words are matched loosely. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [
    /Failed to get .*lock/,
    'this QEMU or another process has the file open: `show nodes` lists what this one has',
  ],
  [/No such file or directory/, "the path is seen from QEMU's working folder, which may not be yours"],
  [
    /Permission denied/,
    'QEMU runs as a user who may not do this; look at the file, its folder, and confinement such as AppArmor or SELinux',
  ],
  [/No space left/, 'make room on the disk that holds the file, then try again'],
  [
    /is in use|is busy|Permission conflict/,
    'something else holds the node: `show jobs` and `show chain` tell what',
  ],
  [/NBD server not running/, 'start it first: nbd start HOST:PORT, or nbd start unix:PATH'],
  [/Need a root block node/, 'only the node that a device uses, the root of its chain, will do here'],
  [/Could not reopen|Could not open/, 'the file has to be there, readable, and of the format that was named'],
];

/** A job ended with an error, which QEMU put into `query-jobs`. */
export function jobFailed(span: Span, id: string, type: string, reason: string): Finding {
  const known = MEANINGS.find(([pattern]) => pattern.test(reason));
  const what = type ? `the ${type} job \`${id}\`` : `the job \`${id}\``;
  return error(
    'job-failed',
    span,
    `${what} failed: ${reason}`,
    'failed',
    [AFTER[type] ?? ''].filter(Boolean),
    known ? [known[1]] : [],
  );
}

/** What a failed job of a type leaves behind. */
const AFTER: Readonly<Record<string, string>> = {
  commit:
    'the guest stays where it was; what was copied so far is in the base, so nothing but this chain may use the base',
  stream: 'the chain is as it was; what was copied so far does no harm',
  mirror: 'the guest stays where it was; the target is incomplete and of no use',
  backup: 'the guest is not affected; the target is incomplete and of no use',
  create: 'if a file was made, it is of no use',
};

/** A job came to rest short of what the statement waits for; it is left as it is. */
export function jobStopsShort(
  span: Span,
  id: string,
  rest: 'ready' | 'pending' | 'paused-by-error' | 'gone',
): Finding {
  const [message, ...help] = SHORT[rest];
  return error(
    'job-stops-short',
    span,
    `the job \`${id}\` ${message}`,
    'waits in vain',
    [],
    help.map(line => line.replaceAll('JOB', id)),
  );
}

const SHORT: Readonly<
  Record<'ready' | 'pending' | 'paused-by-error' | 'gone', readonly [string, ...string[]]>
> = {
  ready: [
    'is ready and never ends by itself; it is left running',
    'move the guest: `pivot JOB`',
    'or leave the guest where it is: `cancel JOB`',
  ],
  pending: [
    'waits to be finalized; it is left so',
    'finalize it: `job-finalize id=JOB`',
    'or cancel it: `job-cancel id=JOB`',
  ],
  'paused-by-error': [
    'is paused by an I/O error; it is left so',
    'put right what went wrong, then `job-resume id=JOB`',
    'or end it: `cancel JOB force=on`',
  ],
  gone: ['is gone, and nobody has seen how it ended', 'look at the chain: `show chain`'],
};

/** What a statement made before it failed stays, since nobody but its writer can say that it is of no use. */
export function leftThere(filename: string, node: string | undefined, job?: string): string {
  const file = `\`${filename}\``;
  const once = job === undefined ? '' : `once the job \`${job}\` is gone, `;
  return node === undefined
    ? `the file ${file} was made before that and is left there`
    : `the node \`${node}\` with its file ${file} was made before that and is left there: ${once}\`del ${node}\`, then remove the file`;
}

/** There is no such job when a statement begins to wait for it. */
export function noSuchJob(span: Span, id: string, jobs: readonly string[]): Finding {
  const help =
    id === 'jobs'
      ? ['to wait until there are none: `wait no jobs`']
      : jobs.length === 0
        ? ['there are no jobs']
        : [`there is ${jobs.map(job => `\`${job}\``).join(', ')}`];
  return error('unknown-job', span, `there is no job \`${id}\``, 'not there', [], help);
}

export function outOfTime(span: Span, limit: string, what: string, help: readonly string[] = []): Finding {
  return error('took-too-long', span, `this was not done within ${limit}`, what, [], help);
}

/** A statement can be told that the file may be lost; a command under its own name has no such word. */
export function fileExists(span: Span, filename: string, raw = false): Finding {
  return error(
    'file-exists',
    span,
    `the file \`${filename}\` is there already`,
    'would be overwritten',
    [],
    [
      raw
        ? 'choose another name, or remove the file first'
        : 'choose another name, or let it be lost: overwrite=on',
    ],
  );
}

export function fileNotSeen(span: Span, filename: string, description: string): Finding {
  return error(
    'file-not-seen',
    span,
    `QEMU cannot tell whether the file \`${filename}\` is there`,
    description,
    [],
    ['it has to be able to look: check the path and its rights'],
  );
}
