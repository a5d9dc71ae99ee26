import { backingProbed } from '../../../diagnostics/catalogue/safety.ts';
import type { Finding } from '../../../diagnostics/diagnostic.ts';
import { fileKey, resolveBacking } from '../../../graph/files.ts';
import type { BlockGraph } from '../../../graph/graph.ts';
import { isObject } from '../../../qmp/json.ts';
import type { Step } from '../../../statements/step.ts';
import type { Context } from '../context.ts';
import type { HostRules } from '../outside/host-rules.ts';
import type { SpanOf } from '../spans.ts';
import { ownIn } from './own-things.ts';

type Path = readonly (string | number)[];

/** An image whose backing QEMU opens because the image's head names it, and where the command says so. */
interface Opened {
  readonly filename: string;
  readonly path: Path;
}

/**
 * What to say before a node is opened over a backing that only its file names, without a format: QEMU looks for one in the data.
 * Images of this host alone can be looked into, by their whole paths; with `backing=` QEMU does not go by the file.
 */
export function probedBackings(step: Step, graph: BlockGraph, spanOf: SpanOf, context: Context): Finding[] {
  const { recordedBacking } = context.host ?? {};
  if (step.kind !== 'execute' || step.command !== 'blockdev-add' || !recordedBacking) return [];
  const isOwn = ownIn(context);
  return imagesOpened(step.arguments, graph, []).flatMap(({ filename, path }) => {
    // The head that can be read now is not the one that it will have.
    if (isOwn('file', fileKey(filename) ?? filename)) return [];
    const found = firstWithoutFormat(filename, recordedBacking);
    return found ? [backingProbed(spanOf(path), found.image, found.name)] : [];
  });
}

function imagesOpened(definition: unknown, graph: BlockGraph, path: Path): Opened[] {
  if (!isObject(definition)) return [];
  const inside = Object.entries(definition).flatMap(([role, child]) =>
    imagesOpened(child, graph, [...path, role]),
  );
  const { driver, file } = definition;
  if (driver !== 'qcow2' || 'backing' in definition) return inside;
  const isNode = typeof file === 'string';
  const filename = isNode ? graph.nodes.get(file)?.filename : isObject(file) ? file['filename'] : undefined;
  if (typeof filename !== 'string') return inside;
  return [{ filename, path: [...path, 'file', ...(isNode ? [] : ['filename'])] }, ...inside];
}

/** The first image down the chain, as the files name it, that records a backing without its format. */
function firstWithoutFormat(top: string, recordedBacking: NonNullable<HostRules['recordedBacking']>) {
  const seen = new Set<string>();
  for (let image = top; image.startsWith('/') && !seen.has(image); ) {
    seen.add(image);
    const recorded = recordedBacking(image);
    if (!recorded) return undefined;
    const { name, format } = recorded;
    if (format === undefined) return name.startsWith('json:') ? undefined : { image, name };
    if (format !== 'qcow2') return undefined;
    image = resolveBacking(image, name);
  }
  return undefined;
}
