import type { Finding } from '../../diagnostics/diagnostic.ts';

/** Whether a condition holds; `later` where only the run will show; where it does not, what there is instead. */
export type Answer =
  | { readonly holds: true | 'later' }
  | { readonly holds: false; readonly finding: Finding };
