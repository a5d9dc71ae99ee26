import type { Span } from '../../text/source.ts';
import type { Finding } from '../diagnostic.ts';
import { meaningOf } from './meanings.ts';
import { type GivenUp, givenUpWith } from './transactions.ts';

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
  const meaning = meaningOf(description);
  const notes = [`sent: ${sent}`];
  if (errorClass !== 'GenericError') notes.push(`error class: ${errorClass}`);
  return error(
    'refused',
    span,
    `QEMU refuses ${command}: ${description.trimEnd()}`,
    'refused here',
    notes,
    meaning ? [meaning] : [],
  );
}

/** A QEMU that crashes when it is asked for its nodes beside a job that has ended. */
export function nodesHidden(span: Span, job: string): Finding {
  const message = `this QEMU can't be asked for its nodes while the job \`${job}\` is there, which has ended: it would crash`;
  return error(
    'nodes-hidden',
    span,
    message,
    'this needs to know them',
    [],
    [`see how it ended, and let go of it: \`wait ${job}\``],
  );
}

/** Where a job could not read or write: the node, and its file if it has one. */
export interface FaultyPlace {
  readonly operation: 'read' | 'write';
  readonly node?: string;
  readonly file?: string;
}

/** A job ended with an error, which QEMU put into `query-jobs`; with it those of its group that were `givenUp`. */
export function jobFailed(
  span: Span,
  id: string,
  type: string,
  reason: string,
  at?: FaultyPlace,
  givenUp?: GivenUp,
): Finding {
  const meaning = meaningOf(reason);
  const what = type ? `the ${type} job \`${id}\`` : `the job \`${id}\``;
  return error(
    'job-failed',
    span,
    `${what} failed: ${reason}`,
    'failed',
    [
      at?.node === undefined ? '' : `it could not ${inWords(at)}`,
      AFTER[type] ?? '',
      givenUp ? givenUpWith(givenUp) : '',
    ].filter(Boolean),
    meaning ? [meaning] : [],
  );
}

function inWords({ operation, node, file }: FaultyPlace): string {
  const verb = operation === 'read' ? 'read from' : 'write to';
  return `${verb} \`${node}\`${file === undefined ? '' : `, file \`${file}\``}`;
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
export function jobStopsShort(span: Span, id: string, rest: keyof typeof SHORT): Finding {
  const [message, ...help] = SHORT[rest];
  return error(
    'job-stops-short',
    span,
    `the job \`${id}\` ${message}`,
    rest === 'taken' ? 'comes too late' : 'waits in vain',
    [],
    help.map(line => line.replaceAll('JOB', id)),
  );
}

const SHORT: Readonly<
  Record<'ready' | 'pending' | 'concluded' | 'gone' | 'replaced' | 'taken', readonly [string, ...string[]]>
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
  concluded: [
    'has ended already, without an error: somebody else told it to',
    'see where the guest is now: `show chain`',
  ],
  gone: [
    'has ended already, and is gone: somebody else told it to end',
    'see where the guest is now: `show chain`',
  ],
  replaced: [
    'is gone, and another client has given its name to a new job; how it ended is not known',
    'see where the guest is now: `show chain`',
  ],
  taken: [
    'is gone, and another client has given its name to a new job; nothing was sent to that',
    'see where the guest is now: `show chain`',
    'and what the new job is: `show jobs`',
  ],
};

/** A job that an I/O error has paused. */
export interface PausedJob {
  readonly id: string;
  readonly type: string;
  /** QEMU's io-status. */
  readonly hold: 'failed' | 'nospace';
  readonly at?: FaultyPlace | undefined;
  /** Whether it stops at READY, so that somebody has to end it there. */
  readonly endsWhenTold: boolean;
}

/** A job is paused by an I/O error, and left so. */
export function jobPaused(span: Span, job: PausedJob): Finding {
  const { message, help } = pausedInWords(job);
  return error(
    'job-stops-short',
    span,
    `${message}; it is left so`,
    'waits in vain',
    ['nothing is lost: what is copied stays, and the job can go on'],
    help,
  );
}

/** What a paused job says for itself, and how it goes on or ends. */
export function pausedInWords({ id, type, hold, at, endsWhenTold }: PausedJob): {
  readonly message: string;
  readonly help: string[];
} {
  const place = at?.node === undefined ? undefined : inWords(at);
  const why = hold === 'nospace' ? 'no space is left' : 'an I/O error';
  const what = type ? `the ${type} job \`${id}\`` : `the job \`${id}\``;
  const first =
    hold !== 'nospace'
      ? 'put right what went wrong'
      : at?.file === undefined
        ? 'free space'
        : `free space where \`${at.file}\` is`;
  const resume = `\`job-resume id=${id}\``;
  const goOn = endsWhenTold
    ? `${resume}, \`wait ${id} ready\`, and \`pivot ${id}\` or \`cancel ${id}\``
    : `${resume} and \`wait ${id}\``;
  return {
    message: `${what} is paused: ${why}${place === undefined ? '' : `, it could not ${place}`}`,
    help: [`${first}, then ${goOn}`, `or end it: \`cancel ${id} force=on\``],
  };
}

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
        : [`there is ${jobs.map(job => `\`${job}\``).join(', ')}`, ...namedByRun(id, jobs)];
  return error('unknown-job', span, `there is no job \`${id}\``, 'not there', [], help);
}

/** A durable run names jobs after itself, so nobody can foresee how they are called. */
function namedByRun(id: string, jobs: readonly string[]): string[] {
  const isNamed = jobs.some(job => /^qblk-[a-z0-9]+-s\d/.test(job));
  return isNamed
    ? [`a durable run names its jobs itself: give the one that is meant a name, \`job-id=${id}\``]
    : [];
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
