import { imageInUse, imagePerhapsInUse, nameOfQemu } from '../../../diagnostics/catalogue/surroundings.ts';
import { holderOfFile, plainPath } from '../../../graph/file-users.ts';
import { isRelativePath } from '../../../graph/files.ts';
import type { BlockGraph, BlockNode, Refusal } from '../../../graph/graph.ts';
import type { HostStep } from '../../../statements/step.ts';
import { changesNothing, filesChangedByHost } from './host-effects.ts';
import type { HostFiles } from './host-rules.ts';

/**
 * Why a program must not run beside a QEMU whose working folder is not known: it would change a file that QEMU has open under
 * another name, or that perhaps is one, or it was handed a name that only means something in QEMU's folder.
 */
export function hostHarm(graph: BlockGraph, step: HostStep, files: HostFiles): Refusal | undefined {
  const names = [...(graph.files?.values() ?? []), ...graph.nodes.values()].flatMap(
    ({ filename }) => filename ?? [],
  );
  return nameHandedOver(step, names) ?? changeOfOpenFile(graph, step, files);
}

/** The first word of a program that is one of these relative names of QEMU's: another folder has another file by it, or none. */
export function nameHandedOver(step: HostStep, names: Iterable<string>): Refusal | undefined {
  if (changesNothing(step)) return undefined;
  const relative = new Set([...names].filter(isRelativePath).map(plainPath));
  const at = step.arguments.findIndex(word => typeof word === 'string' && relative.has(plainPath(word)));
  return at < 0 ? undefined : nameOfQemu(at, String(step.arguments[at]), step.program);
}

function changeOfOpenFile(graph: BlockGraph, step: HostStep, files: HostFiles): Refusal | undefined {
  const open = [...graph.nodes.values()].filter(
    (node): node is BlockNode & { filename: string } => node.filename !== undefined && !node.filter,
  );
  for (const { text, at, path } of filesChangedByHost(step) ?? []) {
    const identity = files.identityOf(path);
    const same = open.find(
      ({ filename }) =>
        identity !== undefined && !isRelativePath(filename) && files.identityOf(filename) === identity,
    );
    const holder = same && (holderOfFile(graph, same.filename) ?? same);
    if (holder) return imageInUse(at, text, holder.name, step.program);
    const alike = open.find(({ filename }) => isRelativePath(filename) && endsAs(path, filename));
    if (alike) return imagePerhapsInUse(at, text, alike.filename, step.program);
  }
  return undefined;
}

/** Whether a whole path may be what a relative name means in some folder. */
function endsAs(path: string, relative: string): boolean {
  return path.endsWith(`/${plainPath(relative).replace(/^(\.\.\/)+/, '')}`);
}
