import type { Within } from '../../syntax/ast.ts';
import { evaluateAs } from './arguments.ts';
import type { Context } from './context.ts';
import type { Limit } from './world.ts';

/** The limit that `within` sets, counted from now. */
export async function limitOf(within: Within | undefined, context: Context): Promise<Limit | undefined> {
  if (!within) return undefined;
  const milliseconds = await evaluateAs({ is: 'duration' }, 'within', within.limit, context);
  return typeof milliseconds === 'number'
    ? { milliseconds, at: performance.now() + milliseconds }
    : undefined;
}
