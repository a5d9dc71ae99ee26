import type { Span } from '../../text/source.ts';
import { error, type Finding } from '../diagnostic.ts';

/** The statements that can be an action, as far as one line can tell them. */
const ACTIONS = [
  'there can be `snapshot`, `backup` and `bitmap …`, and the actions under their QMP names, such as blockdev-snapshot-sync',
  'around them `if`, `for`, `let` with a value, and procedures that hold only these',
];

/** A statement that does not become an action; `what` names it. */
export function notAnAction(span: Span, what: string): Finding {
  const [these, around] = ACTIONS as [string, string];
  return error('not-an-action', span, `${what} can't be in a transaction`, 'not an action', [these, around]);
}

/** A statement that would become more than one action, or whose command comes before others. */
export function notOneAction(span: Span, verb: string): Finding {
  return error('not-an-action', span, `this \`${verb}\` is not one action`, 'more than one command', [
    'put it before or after the transaction',
  ]);
}

export function nestedTransaction(span: Span): Finding {
  return error('not-an-action', span, 'a transaction has no transaction inside', 'inside another one', [
    'its actions can stand here as they are',
  ]);
}

/** What only a statement of its own can have: `start`, `then`, `within`, `else`. */
export function notForAnAction(span: Span, what: string): Finding {
  return error('not-for-an-action', span, `an action has no \`${what}\` of its own`, 'leave this out', [
    `the transaction as a whole can have it: ${WHOLE[what] ?? 'transaction { … }'}`,
  ]);
}

const WHOLE: Readonly<Record<string, string>> = {
  start: '`start transaction { … }`',
  within: '`transaction { … } within 10m`',
  else: '`transaction { … } else { … }`',
};

/** A job of a transaction ends by itself or has to be started, so there is nothing that `then` could choose. */
export function noEndingForAction(span: Span): Finding {
  return error('not-for-an-action', span, 'an action has no `then` of its own', 'leave this out', [
    'a transaction waits until its jobs have ended; `start transaction { … }` goes on at once',
  ]);
}

export function emptyTransaction(span: Span): Finding {
  return error('empty-transaction', span, 'there is nothing in this transaction', 'no action here', [
    'put an action on each line: { snapshot A overlay=B filename=b.qcow2; … }',
  ]);
}

/** The block has statements, but with these values none of them is an action. */
export function nothingToDo(span: Span): Finding {
  return {
    severity: 'note',
    code: 'empty-transaction',
    message: 'with these values nothing is left in this transaction, so nothing is sent',
    primary: { span, text: 'no action' },
  };
}

export function singleAction(span: Span, verb: string): Finding {
  return {
    severity: 'note',
    code: 'single-action',
    message: `a transaction of one action does what \`${verb}\` does alone`,
    primary: { span, text: 'the only action' },
    help: ['leave `transaction` out'],
  };
}

/** A job of a transaction that nothing would ever end, in a transaction that waits for its jobs. */
export function endlessAction(span: Span, verb: string, why: string): Finding {
  return error(
    'must-be-started',
    span,
    `${why}, so the transaction would wait for \`${verb}\` for ever`,
    'never done',
    ['start it and go on: `start transaction { … }`, later `cancel J` or `wait all`'],
  );
}

/**
 * Jobs of a transaction failed, `first` and `others`, each with what would be told of it alone; `done` are whole all the same.
 */
export function jobsFailed(
  span: Span,
  first: Finding,
  others: readonly Finding[],
  done: readonly string[],
): Finding {
  const notes = [
    ...(first.notes ?? []),
    ...others.flatMap(({ message, notes = [] }) => [message, ...notes]),
    ...(done.length > 0 ? [`done all the same: ${listed(done)}`] : []),
  ];
  const help = [first, ...others].flatMap(({ help = [] }) => help);
  return {
    ...first,
    primary: { span, text: 'failed' },
    notes: [...new Set(notes)],
    help: [...new Set(help)],
  };
}

/** The jobs of a grouped transaction that came to nothing with another one. */
export interface GivenUp {
  readonly jobs: readonly string[];
  /** Whether it has bitmaps, and they are as before. */
  readonly keepsBitmaps: boolean;
}

export function givenUpWith({ jobs, keepsBitmaps }: GivenUp): string {
  const bitmaps = keepsBitmaps ? '; the bitmaps are as before' : '';
  return `given up with it, since the transaction is grouped: ${listed(jobs)}${bitmaps}`;
}

function listed(names: readonly string[]): string {
  return names.map(name => `\`${name}\``).join(', ');
}

/** What becomes of the other jobs where one does not get to its end. */
export const others = {
  left: (ids: readonly string[]) => `left as well, of the same transaction: ${listed(ids)}`,
  cancelled: (ids: readonly string[]) =>
    ids.length === 1 ? `the job ${ids[0]} was cancelled` : `the jobs ${ids.join(', ')} were cancelled`,
};

/** Files that a transaction made before it came to nothing: QEMU takes back all but these. */
export function filesLeft(names: readonly string[]): string {
  return names.length === 1
    ? `QEMU takes back all of a transaction but its files: ${listed(names)} is left there`
    : `QEMU takes back all of a transaction but its files: ${listed(names)} are left there`;
}

/** Targets that were made for the transaction. */
export function targetsLeft(nodes: readonly string[], names: readonly string[]): string {
  const opened = nodes.length > 0 ? `, open as ${listed(nodes)}` : '';
  return `made before that and left there: ${listed(names)}${opened}`;
}

/** QEMU does not say which action it refused; its words name what only this one names. */
export const REFUSED_ACTION = 'refused, as its words tell';
