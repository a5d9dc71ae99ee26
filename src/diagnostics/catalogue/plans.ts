import { harmless } from '../../text/harmless.ts';
import type { Span } from '../../text/source.ts';
import type { Finding } from '../diagnostic.ts';

export function dependsOnRun(span: Span, when: string): Finding {
  return {
    severity: 'error',
    code: 'depends-on-run',
    message: 'what follows depends on what only a run will show, so it cannot be compiled beforehand',
    primary: { span, text: when },
    help: ['run the script with qblk itself: `qblk run`', '`qblk plan` shows both ways'],
  };
}

export function notKnownYet(span: Span, what: string): Finding {
  return {
    severity: 'error',
    code: 'not-known-yet',
    message: `this needs ${what}, which is not known here`,
    primary: { span, text: 'not known before it runs' },
    help: [
      'say what the script starts from: chain disk0: A <- B <- C',
      'give the parameters their values: name=value',
      'or read it from a QEMU: --qmp URI',
    ],
  };
}

/**
 * A script that ends with a job of its own still there may mean it, as when another script ends it; more often it has
 * forgotten it. So it is a warning, while a job that only `then` could end is an error without one.
 */
export function jobLeft(
  span: Span,
  id: string,
  type: string,
  rest: 'ready' | 'pending' | 'concluded' | undefined,
): Finding {
  return {
    severity: 'warning',
    code: 'job-left',
    message: `the ${type} job \`${id}\` is still there when the script ends${rest === 'concluded' ? '' : `: ${GOES_ON[rest ?? 'never']}`}`,
    primary: { span, text: 'started here' },
    help: [HOW_TO_END[rest ?? 'never'].replaceAll('JOB', id)],
  };
}

const GOES_ON = {
  ready: 'it stops at READY and holds its images until somebody ends it',
  pending: 'it waits to be finalized, and holds its images until then',
  never: 'it never ends by itself',
};

const HOW_TO_END = {
  ready: 'move the guest: `pivot JOB`; or leave it where it is: `cancel JOB`',
  pending: 'finalize it: `job-finalize id=JOB`, then `wait JOB`',
  concluded: 'wait for its end and its verdict: `wait JOB`',
  never: 'end it when its target has been read: `cancel JOB`',
};

/** A job that only some of the ways through a script leave there. */
export function jobPerhapsLeft(span: Span, id: string, type: string): Finding {
  return {
    severity: 'warning',
    code: 'job-left',
    message: `the ${type} job \`${id}\` may still be there when the script ends: on some way through the script nothing ends it`,
    primary: { span, text: 'started here' },
    help: ['end it in the block that starts it, or wait for all that are left: `wait all`'],
  };
}

/** Not everything that a live QEMU has can be read: what is said of the rest is right, and there may be more to say. */
export function graphPartlyKnown(span: Span, oddity: Oddity): Finding {
  const { node, why, driver } = oddity;
  return {
    severity: 'note',
    code: 'graph-partly-known',
    message: `not all can be told of this graph: \`${harmless(node)}\` ${REASONS[why].replace('DRIVER', () => harmless(driver ?? ''))}`,
    primary: { span, text: 'what this is about depends on it' },
    notes: ['what is not known is not checked: the run shows it', '`qblk show chain` draws what is known'],
  };
}

const REASONS: Readonly<Record<Oddity['why'], string>> = {
  'several-images': 'reads from several images at once, which no chain can show',
  'unknown-driver': 'has the driver `DRIVER`, and what that does with what it reads is not known here',
  'unknown-backing': 'reads from a node that QEMU did not name',
  cycle: 'reads from itself, as QEMU tells it',
};

/** What makes a node one of which less can be told. */
interface Oddity {
  readonly node: string;
  readonly why: 'several-images' | 'unknown-driver' | 'unknown-backing' | 'cycle';
  readonly driver?: string;
}
