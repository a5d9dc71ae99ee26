import { errorWithoutPlace, type Finding } from '../diagnostic.ts';

const AGAIN = 'look at what there is now, then make a new plan: qblk plan FILE --qmp URI --out PLAN';

/** A file that `run --plan` was given and that holds no plan. */
export function notAPlan(file: string, why: string): Finding {
  return errorWithoutPlace('not-a-plan', `${file} is not a saved plan: ${why}`, [
    'a plan is saved by: qblk plan FILE --qmp URI --out PLAN',
    'a script is run by: qblk run FILE',
  ]);
}

export function newerPlan(file: string, version: number, known: number): Finding {
  return errorWithoutPlace(
    'newer-plan',
    `${file} is a plan of version ${version}, and this qblk reads version ${known}`,
    ['run it with the qblk that made it, or make it again with this one'],
  );
}

/** The plan was saved although its script is wrong. */
export function planWithErrors(file: string, message: string): Finding {
  return errorWithoutPlace(
    'plan-has-errors',
    `the plan in ${file} has errors, so it is no whole plan: ${message}`,
    ['correct the script, then make the plan again'],
  );
}

/** The chains are not those that the plan was made for; `differences` are pictures and sentences. */
export function graphChanged(file: string, differences: readonly string[], endpoint?: string): Finding {
  return errorWithoutPlace(
    'plan-outdated',
    `the QEMU${endpoint === undefined ? '' : ` at @${endpoint}`} is not any more as it was for the plan in ${file}, so nothing was sent`,
    [AGAIN],
    differences,
  );
}

export function imageMismatch(mismatch: {
  readonly node: string;
  readonly what: string;
  readonly saved: string | number;
  readonly found: string | number | undefined;
}): string {
  const { node, what, saved, found } = mismatch;
  return `the ${what} of ${node} was ${saved} in the plan, and is ${found ?? 'not known'} now`;
}

export function jobMismatch(mismatch: {
  readonly id: string;
  readonly type: string;
  readonly there: boolean;
}): string {
  const { id, type, there } = mismatch;
  return there
    ? `the ${type} job ${id} is at work there, which the plan does not know`
    : `the ${type} job ${id} was there for the plan, and is gone`;
}

export function schemaChanged(file: string, saved: string, found: string): Finding {
  const what =
    saved === found
      ? `this ${found} accepts other commands than the one that the plan in ${file} was made on`
      : `the plan in ${file} was made on ${saved}, and this is ${found}`;
  return errorWithoutPlace('plan-outdated', `${what}, so nothing was sent`, [AGAIN]);
}

/** The script in the document means other steps than the document shows, on the same chains. */
export function planDisagrees(file: string, line: number, shown: string, meant: string): Finding {
  return errorWithoutPlace(
    'plan-disagrees',
    `line ${line} of the script in ${file} does not mean what the plan there shows, so nothing was sent`,
    ['make the plan again, and do not edit it: what is run is what was shown'],
    [
      `shown: ${shown}`,
      `meant: ${meant}`,
      'the file was edited, another version of qblk made it, or what the script asks about has changed',
    ],
  );
}

/** A run of a saved plan comes to a command that the plan does not have. */
export function notAsShown(span: { readonly start: number; readonly end: number }, command: string): Finding {
  return {
    severity: 'error',
    code: 'plan-outdated',
    message: `this would send another \`${command}\` than the plan shows, so it was not sent`,
    primary: { span, text: 'comes to something else by now' },
    help: ['the QEMU has changed while the plan was run: `qblk show chain` tells what is there'],
  };
}
