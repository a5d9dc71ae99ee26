import type { Span } from '../../text/source.ts';
import { suggest } from '../../text/suggest.ts';
import { error, type Finding } from '../diagnostic.ts';
import { respelled } from '../spelling.ts';
import { didYouMean } from './values.ts';

export function doesNotHold(span: Span, found: string): Finding {
  return error('does-not-hold', span, 'this does not hold', found);
}

/** A job where there should be none. */
export interface JobThere {
  readonly id: string;
  readonly status: string;
  readonly error?: string;
}

export function thereAreJobs(span: Span, jobs: readonly JobThere[]): Finding {
  const told = jobs.map(({ id, status, error }) => `${id} (${status}${error ? `: ${error}` : ''})`);
  const resting = jobs.flatMap(({ id, status }) => RESTING[status]?.replaceAll('JOB', id) ?? []);
  const others = resting.length < jobs.length ? [OTHERS] : [];
  return error('jobs-left', span, 'there are jobs', told.join(', '), [...resting, ...others]);
}

const OTHERS = 'wait for them with `wait JOB`, or end them: `pivot JOB`, `cancel JOB`';

/** What ends a job that does not go by itself, by its state. */
const RESTING: Readonly<Record<string, string>> = {
  ready: '`JOB` never ends by itself: `pivot JOB` or `cancel JOB`',
  standby: '`JOB` never ends by itself: `pivot JOB` or `cancel JOB`',
  pending: '`JOB` waits to be finalized: `job-finalize id=JOB`',
  concluded: '`JOB` has ended and stays until somebody takes note of how: `wait JOB`',
};

/** What a wait that has lasted long still waits for. */
export function stillWaiting({ message, primary, help = [] }: Finding): string {
  return `still waiting: ${[message, primary?.text].filter(Boolean).join(': ')}${help.map(line => `; ${line}`).join('')}`;
}

export function jobNotInState(
  span: Span,
  id: string,
  wanted: string,
  status: string | undefined,
  jobs: readonly string[],
): Finding {
  const found = status ? `it is ${status}` : 'there is no such job';
  const help = status || jobs.length === 0 ? [] : [`there is ${jobs.join(', ')}`];
  return error('job-in-other-state', span, `the job \`${id}\` is not ${wanted}`, found, help);
}

export function waitForTime(span: Span, duration: string): Finding {
  return error(
    'bad-job-id',
    span,
    '`wait` waits for a job, a condition or an event, not for a time',
    'a duration',
    [`to limit a wait, say what for: wait JOB within ${duration}`],
  );
}

/** Offline: a job may be called so, and most likely none is. */
export function waitForJobs(span: Span): Finding {
  const message = '`jobs` is taken for the id of one job here';
  const help = ['to wait until there are none: `wait no jobs`'];
  return { ...error('unknown-job', span, message, 'a job of this name?', help), severity: 'warning' };
}

export function unknownJobState(span: Span, state: string, known: readonly string[]): Finding {
  const finding = error(
    'unknown-job-state',
    span,
    `a job is never \`${state}\``,
    'not a state',
    didYouMean(state, known),
  );
  return respelled(finding, span, state, known);
}

export function unknownRunState(span: Span, state: string, known: readonly string[]): Finding {
  const finding = error(
    'unknown-run-state',
    span,
    `a machine is never \`${state}\``,
    'not a state',
    suggest(state, known).length > 0 ? didYouMean(state, known) : [`its states are ${known.join(', ')}`],
  );
  return respelled(finding, span, state, known);
}

export function noStatusHere(span: Span): Finding {
  return error('no-status-here', span, 'this QEMU runs no machine, so it has no status', 'not known here', [
    'a storage daemon has block devices and jobs only',
  ]);
}

export function otherStatus(span: Span, wanted: string, found: string): Finding {
  return error('other-status', span, `the machine is not ${wanted}`, `it is ${found}`);
}

export function expectedError(span: Span): Finding {
  return error('error-expected', span, 'this was expected to fail, and it succeeded', 'succeeded');
}

export function otherError(span: Span, wanted: string, found: string): Finding {
  return error('other-error', span, 'this failed, but not as expected', `it said: ${found}`, [
    `the words to look for were: ${wanted}`,
  ]);
}

export function tookTooLong(span: Span, limit: string, state: string, help: readonly string[] = []): Finding {
  return error('took-too-long', span, `this was not done within ${limit}`, state, help);
}
