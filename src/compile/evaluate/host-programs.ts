import * as verbs from '../../diagnostics/catalogue/verbs.ts';
import type { Datum } from '../../statements/datum.ts';
import type { HostStatement } from '../../syntax/ast.ts';
import type { Context } from './context.ts';
import { scriptError } from './failure.ts';

/** `$ qemu-img create …`: a program of this host, without a shell. */
export async function evaluateHost(statement: HostStatement, _context: Context): Promise<Datum> {
  throw scriptError(verbs.notSupported(statement.span, 'a host program'));
}
