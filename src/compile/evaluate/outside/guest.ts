import * as problems from '../../../diagnostics/catalogue/surroundings.ts';
import { findDevice } from '../../../graph/chain.ts';
import { Later } from '../../../qapi/placeholder.ts';
import { type Datum, NodeDatum } from '../../../statements/datum.ts';
import type { Value, VerbStatement } from '../../../syntax/ast.ts';
import { convert } from '../arguments.ts';
import type { Builtin } from '../builtins.ts';
import type { Context } from '../context.ts';
import { scriptError } from '../failure.ts';
import { limitOf } from '../limits.ts';
import { evaluateForWire } from '../values.ts';

/** What a guest does to its disk, in qemu-io's words. */
const guestCommands = ['read', 'write', 'discard', 'flush'] as const;

/** Why text is no command for a guest's disk, if so. */
export function guestCommandProblem(
  text: string,
  value: Value,
): ReturnType<typeof problems.badGuestCommand> | undefined {
  const [verb = ''] = text.trim().split(/\s+/);
  if (/[\n\r"'\\]/.test(text)) return problems.quotedGuestCommand(value.span);
  if (guestCommands.some(command => command === verb)) return undefined;
  return problems.badGuestCommand(value.span, verb, guestCommands);
}

/** `io D "write -P 1 0 64K" …`: reads and writes as the guest would, one command after the other. */
export const io: Builtin = {
  verb: 'io',
  async evaluate(statement, context) {
    refuseOutside(statement, context);
    const limit = await limitOf(statement.within, context);
    const [disk, ...commands] = statement.words;
    if (!disk || commands.length === 0) throw scriptError(problems.guestWhat(statement.span));
    const on = await diskOf(disk, context);
    let printed: Datum = null;
    for (const word of commands) {
      const command = await convert(
        { is: 'string' },
        'io',
        await evaluateForWire(word, context),
        word.span,
        context,
      );
      const problem = typeof command === 'string' ? guestCommandProblem(command, word) : undefined;
      if (problem) throw scriptError(problem);
      const text = command instanceof Later ? command : String(command);
      printed = await context.world.perform(
        { kind: 'guest-io', disk: on, command: text },
        limit ?? context.limit,
      );
    }
    return printed;
  },
};

/** A device, or a node by the name that the script has for it. */
async function diskOf(value: Value, context: Context): Promise<string | Later> {
  const graph = await context.world.graph();
  const datum = await evaluateForWire(value, context);
  if (datum instanceof NodeDatum || datum instanceof Later) return nodeNameOf(datum);
  const name = String(await convert({ is: 'device' }, 'io', datum, value.span, context));
  if (findDevice(graph, name) && context.scope.node(name) === undefined) return name;
  return nodeNameOf((await convert({ is: 'node' }, 'io', datum, value.span, context)) as NodeDatum | Later);
}

function nodeNameOf(datum: NodeDatum | Later): string | Later {
  return datum instanceof Later ? datum : datum.nodeName;
}

/** `restart`: ends a sandbox's QEMU and starts it again on the same images. */
export const restart: Builtin = {
  verb: 'restart',
  async evaluate(statement, context) {
    refuseOutside(statement, context);
    const [extra] = statement.words;
    if (extra) throw scriptError(problems.restartAlone(extra.span));
    const limit = await limitOf(statement.within, context);
    await context.world.perform({ kind: 'restart' }, limit ?? context.limit);
    return null;
  },
};

/** A QEMU that somebody works with is neither written to behind the guest's back, nor ended. */
function refuseOutside({ verb }: VerbStatement, { host }: Context): void {
  if (host?.place === 'here' || host?.place === 'elsewhere')
    throw scriptError(problems.sandboxOnly(verb.span, verb.text));
}
