import { filesMadeBy } from '../../../commands/images/files-made.ts';
import * as problems from '../../../diagnostics/catalogue/transactions.ts';
import { Later } from '../../../qapi/placeholder.ts';
import type { PlannedJson } from '../../../statements/datum.ts';
import type { ExecuteStep } from '../../../statements/step.ts';
import type { Context } from '../context.ts';
import { StatementFailure } from '../failure.ts';
import { isPlain, predictStep } from '../predict.ts';
import { type Action, type Actions, type Preparation, transactionStep } from './actions.ts';

/**
 * A transaction's refusal by QEMU, at the action that it is about, with the files that are left. QEMU does not say which action
 * it refuses: the model does where it foresaw it, else QEMU's words may name what only one action names.
 */
export async function refusedTransaction(
  failure: unknown,
  gathered: Actions,
  context: Context,
): Promise<unknown> {
  if (!(failure instanceof StatementFailure) || failure.kind !== 'refused') return failure;
  const { kind, finding, reason } = failure;
  const actions = gathered.actions.filter((action): action is Action => !(action instanceof Later));
  const span = foreseenAt(gathered) ?? namedIn(reason, actions)?.statement.verb.span;
  const primary = span ? { span, text: problems.REFUSED_ACTION } : finding.primary;
  const files = await filesLeft(actions, context);
  const notes = [...(finding.notes ?? []), ...(files.length > 0 ? [problems.filesLeft(files)] : [])];
  const whole = new StatementFailure(
    kind,
    { ...finding, ...(primary ? { primary } : {}), notes },
    { cause: failure.cause, reason },
  );
  return withTargets(whole, gathered.preparations);
}

/** The place of the action that the rules would have refused, had they been asked. */
function foreseenAt(gathered: Actions) {
  const after = predictStep(gathered.prepared, transactionStep(gathered.actions, undefined));
  const path = 'refused' in after ? after.argument?.split('.') : undefined;
  return path?.[0] === 'actions' ? gathered.spanAt(path) : undefined;
}

/** The only action with a value that QEMU's words have in quotes. */
function namedIn(reason: string, actions: readonly Action[]): Action | undefined {
  if (actions.length === 1) return actions[0];
  const quoted = [...reason.matchAll(/'([^']+)'|"([^"]+)"/g)].map(match => match[1] ?? match[2] ?? '');
  for (const word of quoted) {
    const those = actions.filter(({ type, data }) => type === word || hasValue(data, word));
    if (those.length === 1) return those[0];
  }
  return undefined;
}

function hasValue(value: PlannedJson, word: string): boolean {
  if (typeof value === 'string') return value === word;
  if (Array.isArray(value)) return value.some(item => hasValue(item, word));
  return isPlain(value) && Object.values(value).some(item => hasValue(item, word));
}

/** The files of actions that are there now; each was looked for before the transaction was sent. */
async function filesLeft(actions: readonly Action[], context: Context): Promise<string[]> {
  const left: string[] = [];
  for (const { type, data } of actions) {
    for (const { filename } of filesMadeBy(type, data)) {
      try {
        await context.world.perform({ kind: 'check', check: { kind: 'file-absent', filename } });
      } catch (failure) {
        if (!(failure instanceof StatementFailure)) throw failure;
        if (failure.finding.code === 'file-exists') left.push(filename);
      }
    }
  }
  return left;
}

/** The failure with a word on the images that were made for the transaction and nobody will miss. */
export function withTargets(failure: unknown, preparations: readonly Preparation[]): unknown {
  if (!(failure instanceof StatementFailure)) return failure;
  const { kind, finding, reason } = failure;
  if (kind !== 'refused' && finding.code !== 'job-failed') return failure;
  const sent = preparations.flatMap((one): ExecuteStep[] =>
    'step' in one && one.step.kind === 'execute' ? [one.step] : [],
  );
  const files = sent
    .flatMap(step => filesMadeBy(step.command, step.arguments))
    .map(({ filename }) => filename);
  if (files.length === 0) return failure;
  const nodes = sent
    .filter(({ command }) => command === 'blockdev-add')
    .map(step => String(step.arguments['node-name']));
  const notes = [...(finding.notes ?? []), problems.targetsLeft(nodes, files)];
  return new StatementFailure(kind, { ...finding, notes }, { cause: failure.cause, reason });
}
