import { pathOutside } from '../../../diagnostics/catalogue/safety.ts';
import * as problems from '../../../diagnostics/catalogue/surroundings.ts';
import { holderOfFile } from '../../../graph/file-users.ts';
import { fileNamed, resolveBacking } from '../../../graph/files.ts';
import type { BlockGraph } from '../../../graph/graph.ts';
import { Later } from '../../../qapi/placeholder.ts';
import type { ComparedFile } from '../../../statements/step.ts';
import type { Condition, Value } from '../../../syntax/ast.ts';
import type { Answer } from '../answer.ts';
import { evaluateAs } from '../arguments.ts';
import type { Context } from '../context.ts';
import { refusedHere, scriptError } from '../failure.ts';
import { outOfBounds } from '../safety/bounds.ts';
import type { HostRules } from './host-rules.ts';

/** `identical "b.qcow2" "e.qcow2"`: whether a guest would read the same from both. */
export async function askIdentical(
  condition: Extract<Condition, { kind: 'identical' }>,
  context: Context,
): Promise<Answer> {
  const { world, host } = context;
  if (host?.place === 'elsewhere') throw scriptError(problems.hostElsewhere(condition.span));
  const graph = await world.graph();
  const compared = async (value: Value): Promise<ComparedFile> => {
    const filename = await evaluateAs({ is: 'path' }, 'identical', value, context);
    if (filename instanceof Later || typeof filename !== 'string')
      return { filename: filename instanceof Later ? filename : String(filename) };
    refuseOutside(filename, value, host);
    if (!context.unchecked) refuseOpen(filename, value, graph);
    const format = formatOf(filename, graph);
    return { filename, ...(format === undefined ? {} : { format }) };
  };
  const files = [await compared(condition.left), await compared(condition.right)] as const;
  const differs = await world.perform({ kind: 'check', check: { kind: 'identical', files } }, context.limit);
  if (world.planning || differs instanceof Later) return { holds: 'later' };
  return differs === null
    ? { holds: true }
    : { holds: false, finding: problems.notIdentical(condition.span, String(differs)) };
}

function refuseOutside(filename: string, { span }: Value, { place, beyond }: HostRules = {}): void {
  const { paths = [], folder } = beyond ?? {};
  if (paths.length === 0 || place === 'sandbox' || place === 'simulator') return;
  const why = outOfBounds(filename, paths, folder);
  if (why) throw scriptError(pathOutside(span, filename, why, paths));
}

/** An image that QEMU holds open changes while it is read, and QEMU keeps what it has not yet written. */
function refuseOpen(filename: string, { span }: Value, graph: BlockGraph): void {
  const seen = new Set<string>();
  for (let at: string | undefined = filename; at !== undefined && !seen.has(at); ) {
    seen.add(at);
    const node = holderOfFile(graph, at);
    if (node && (at === filename || node.readOnly === false))
      throw refusedHere(problems.identicalOpen(span, filename, at, node.name));
    const { backing }: { backing?: string | null } = fileNamed(graph, at) ?? {};
    at = backing ? resolveBacking(at, backing) : undefined;
  }
}

const ENDINGS: Readonly<Record<string, string>> = {
  img: 'raw',
  qcow2: 'qcow2',
  qed: 'qed',
  raw: 'raw',
  vdi: 'vdi',
  vhdx: 'vhdx',
  vmdk: 'vmdk',
};

/** The format of an image, as it was last seen, else as its name says; it is never looked for in the image itself. */
function formatOf(filename: string, graph: BlockGraph): string | undefined {
  return fileNamed(graph, filename)?.format ?? ENDINGS[/\.(\w+)$/.exec(filename)?.[1]?.toLowerCase() ?? ''];
}
