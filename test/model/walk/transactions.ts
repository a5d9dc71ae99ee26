import type { Builders } from './operations.ts';
import type { Picker } from './picker.ts';

/** The steps that can be actions of a transaction. */
const ACTIONS = [
  'snapshot-sync',
  'snapshot',
  'backup',
  'drive-backup',
  'bitmap-add',
  'bitmap-remove',
  'bitmap-clear',
  'bitmap-enable',
  'bitmap-disable',
  'bitmap-merge',
  'abort',
] as const;

/** The jobs among them, which alone can be grouped. */
const JOBS = ['backup', 'drive-backup'] as const;

/** The arguments of a transaction of up to three of these steps. */
export function transactionOf(pick: Picker, builders: Builders): object {
  const isGrouped = pick.seldom(4);
  const count = pick.of([1, 2, 3, 2]);
  const actions = Array.from({ length: count }, (_, at) => {
    pick.nextAction(at);
    const kind = isGrouped && !pick.seldom(8) ? pick.of(JOBS) : pick.of(ACTIONS);
    const built = kind === 'abort' && pick.seldom(3) ? undefined : builders[kind]?.build(pick);
    const [type, data] = built ?? ['abort', {}];
    return { type, data };
  });
  return { actions, ...(isGrouped ? { properties: { 'completion-mode': 'grouped' } } : {}) };
}
