import * as problems from '../../../diagnostics/catalogue/surroundings.ts';
import type { Finding } from '../../../diagnostics/diagnostic.ts';
import { findDevice } from '../../../graph/chain.ts';
import type { BlockGraph } from '../../../graph/graph.ts';
import { Later } from '../../../qapi/placeholder.ts';
import { type Datum, NodeDatum } from '../../../statements/datum.ts';
import type { Value, VerbStatement } from '../../../syntax/ast.ts';
import { parseInteger, parseSize } from '../../../text/scalars.ts';
import { convert } from '../arguments.ts';
import type { Builtin } from '../builtins.ts';
import type { Context } from '../context.ts';
import { refusedHere, scriptError } from '../failure.ts';
import { limitOf } from '../limits.ts';
import { evaluateForWire } from '../values.ts';

/** What a guest does to its disk, in qemu-io's words. */
const guestCommands = ['read', 'write', 'discard', 'flush'] as const;

/** Why text is no command for a guest's disk, if so. */
export function guestCommandProblem(text: string, value: Value): Finding | undefined {
  const [verb = '', ...words] = text.trim().split(/\s+/);
  if (/[\n\r"'\\]/.test(text)) return problems.quotedGuestCommand(value.span);
  if (guestCommands.some(command => command === verb)) return optionProblem(verb, words, value);
  return problems.badGuestCommand(value.span, verb, guestCommands);
}

/** What no guest does, whatever its disk is. qemu-io takes all of it, or says what is wrong where nobody reads it. */
function optionProblem(verb: string, words: readonly string[], { span }: Value): Finding | undefined {
  // Of a read the same option says where its pattern begins.
  if (verb === 'write' && words.some(word => /^-[a-zA-OQ-Z]*s/.test(word)))
    return problems.patternFromFile(span);
  const at = words.findIndex(word => /^-[a-zA-OQ-Z]*P/.test(word));
  if (at === -1) return undefined;
  const pattern = words[at]?.replace(/^-[a-zA-OQ-Z]*P/, '') || words[at + 1];
  const byte = pattern === undefined ? undefined : parseInteger(pattern);
  if (pattern === undefined || byte === undefined || (byte >= 0n && byte <= 255n)) return undefined;
  return problems.patternNoByte(span, pattern);
}

/** A write of a guest's beyond the end of its disk fails without an answer, so that is said beforehand where the size is known. */
function rangeProblem(graph: BlockGraph, disk: string, text: string, { span }: Value): Finding | undefined {
  const node = graph.nodes.get(findDevice(graph, disk)?.node ?? disk);
  const range = text.trim().split(/\s+/).slice(-2).map(parseSize);
  const [offset, length] = range;
  if (node?.size === undefined || offset === undefined || length === undefined) return undefined;
  const end = offset + length;
  return end > BigInt(node.size) ? problems.beyondTheEnd(span, end, disk, node.size) : undefined;
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
      if (typeof text === 'string' && typeof on === 'string' && !context.unchecked) {
        const beyond = rangeProblem(await context.world.graph(), on, text, word);
        if (beyond) throw refusedHere(beyond);
      }
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
