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

/** A script that ends with a job of its own still there may mean it; more often it has forgotten it. */
export function jobLeft(span: Span, id: string): Finding {
  return {
    severity: 'warning',
    code: 'job-left',
    message: `the job \`${id}\` is still there when the script ends`,
    primary: { span, text: 'started here' },
    help: [
      `wait for its end: \`wait ${id}\`; one that stops at READY wants \`pivot ${id}\` or \`cancel ${id}\``,
    ],
  };
}
