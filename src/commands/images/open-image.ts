import { fileNamed, isProtocol, loadBitmaps } from '../../graph/files.ts';
import { FILTER_DRIVERS, filteredChild } from '../../graph/filter.ts';
import type { BlockGraph, BlockNode, ImageFile, NodeName, Refusal } from '../../graph/graph.ts';
import { type Arguments, isRefusal } from '../define.ts';
import { saidByQemu } from '../rules/qemu-error.ts';
import { quoted, refuse } from '../rules/refusals.ts';
import { checkThere, openedImage } from './made-image.ts';
import { openBacking } from './open-backing.ts';

const MAY_HAVE_BACKING = new Set(['qcow2', 'qcow', 'qed', 'vmdk', 'parallels']);

interface Start {
  readonly name: NodeName;
  readonly owner: BlockNode['owner'];
  readonly children: Readonly<Record<string, NodeName>>;
  readonly readOnly: boolean | undefined;
}

interface Described {
  readonly graph: BlockGraph;
  readonly node: BlockNode;
}

/**
 * The node that a definition opens, its children being there already: what it says itself, and what its file is known to
 * record. A backing that only the file names is opened as well.
 */
export function describeNode(
  graph: BlockGraph,
  args: Arguments,
  start: Start,
  path: string,
): Described | Refusal {
  const driver = args.text('driver');
  const at = (member: string) => (path ? `${path}.${member}` : member);
  if (isFilter(driver)) return { graph, node: filterNode(graph, start, driver) };
  const below = graph.nodes.get(start.children['file'] ?? '');
  const filename = args.text('filename') ?? below?.filename;
  const file = fileNamed(graph, filename);
  if (isProtocol(driver)) {
    const missing =
      (driver === 'file' || driver === 'host_device') && filename !== undefined
        ? checkThere(graph, at('filename'), filename)
        : undefined;
    return missing ?? { graph, node: protocolNode(args, start, driver, filename, file) };
  }
  const wrong = checkFormat(graph, driver, file, at('driver'));
  if (wrong) return wrong;
  const image = file && file.format === driver ? file : undefined;
  const opened = backingOf(
    graph,
    args,
    driver,
    start,
    image && filename ? { ...image, filename } : undefined,
    at,
  );
  if (isRefusal(opened)) return opened;
  const node = imageNode(args, start, driver, filename, image, below);
  return {
    graph: opened.graph,
    node: opened.backing === undefined ? node : { ...node, backing: opened.backing },
  };
}

function isFilter(driver: string | undefined): driver is string {
  return driver !== undefined && FILTER_DRIVERS.has(driver);
}

/** What every node has; `shown` is the child that is told as its backing. */
function base(
  { name, owner, children, readOnly }: Start,
  driver: string | undefined,
  shown?: NodeName | null,
) {
  const others = Object.entries(children).filter(([role, child]) => role !== 'backing' && child !== shown);
  return {
    name,
    ...(owner ? { owner } : {}),
    ...(driver === undefined ? {} : { driver }),
    ...(readOnly === undefined ? {} : { readOnly }),
    ...(others.length > 0 ? { children: Object.fromEntries(others) } : {}),
  };
}

function filterNode(graph: BlockGraph, start: Start, driver: string): BlockNode {
  const shown = filteredChild(start.children);
  const below = graph.nodes.get(shown ?? '');
  return {
    ...base(start, driver, shown),
    filter: true,
    bitmaps: [],
    ...(shown === undefined ? {} : { backing: shown }),
    ...(below?.filename === undefined ? {} : { filename: below.filename }),
    ...(below?.size === undefined ? {} : { size: below.size }),
  };
}

function protocolNode(
  args: Arguments,
  start: Start,
  driver: string | undefined,
  filename: string | undefined,
  file: ImageFile | undefined,
): BlockNode {
  // How long the file of an image format is can't be told; a raw one is as long as its disk.
  const size = args.integer('size') ?? (file?.format === 'raw' ? file.size : undefined);
  return {
    ...base(start, driver),
    backing: null,
    bitmaps: [],
    ...(filename === undefined ? {} : { filename }),
    ...(size === undefined ? {} : { size }),
  };
}

function imageNode(
  args: Arguments,
  start: Start,
  driver: string | undefined,
  filename: string | undefined,
  image: ImageFile | undefined,
  below: BlockNode | undefined,
): BlockNode {
  const isPart = args.has('offset') || args.has('size');
  const whole = driver === 'raw' && !isPart ? (image?.size ?? below?.size) : undefined;
  const size = args.integer('size') ?? whole;
  const known = image && !isPart ? openedImage(image) : {};
  const bitmaps =
    driver === 'qcow2' ? loadBitmaps(image, start.readOnly) : driver === undefined ? undefined : [];
  return {
    ...base(start, driver),
    ...(filename === undefined ? {} : { filename }),
    ...known,
    ...(size === undefined ? {} : { size }),
    ...(bitmaps === undefined ? {} : { bitmaps }),
  };
}

function backingOf(
  graph: BlockGraph,
  args: Arguments,
  driver: string | undefined,
  { children }: Start,
  image: ImageFile | undefined,
  at: (member: string) => string,
) {
  if (children['backing'] !== undefined) return { graph, backing: children['backing'] };
  const given = args.value('backing');
  if (given === null || given === '') return { graph, backing: null };
  if (driver !== undefined && !MAY_HAVE_BACKING.has(driver)) return { graph, backing: null };
  // Without the argument QEMU opens what the image records.
  return openBacking(graph, image, at('file'));
}

/** A qcow2 image is known by its first bytes; what else a file holds can be opened as raw only, or is not looked at. */
function checkFormat(
  graph: BlockGraph,
  driver: string | undefined,
  file: ImageFile | undefined,
  argument: string,
): Refusal | undefined {
  if (driver !== 'qcow2' || !graph.filesComplete) return undefined;
  if (file?.format === undefined || file.format === 'qcow2') return undefined;
  const message = `${quoted(file.filename)} holds no qcow2 image: its format is ${file.format}.`;
  return saidByQemu(
    refuse('wrong-format', argument, message, [`open it with driver=${file.format}`]),
    'Image is not in qcow2 format',
  );
}
