import type { Within } from '../../syntax/ast.ts';
import { evaluateAs } from './arguments.ts';
import type { Context } from './context.ts';
import type { Limit } from './world.ts';

/** The limit that `within` sets, counted from now, or what is left of that of a call around it, whichever is over first. */
export async function limitOf(within: Within | undefined, context: Context): Promise<Limit | undefined> {
  const around = context.calls.limit;
  if (!within) return around;
  const milliseconds = await evaluateAs({ is: 'duration' }, 'within', within.limit, context);
  if (typeof milliseconds !== 'number') return around;
  const own = { milliseconds, at: performance.now() + milliseconds };
  return around && around.at < own.at ? around : own;
}
