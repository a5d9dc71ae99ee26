import type { JobVerb } from '../graph/job.ts';
import type { TypeInfo } from '../qapi/introspection.ts';
import { alternatives, type Path } from '../qapi/lookup.ts';
import { memberOf } from '../qapi/shape.ts';
import { apartFrom, below, type Fits, tellable } from '../statements/fits.ts';
import type { Candidate } from './completion.ts';
import type { Scene } from './scene.ts';
import { bitmaps, devices, exports, jobs, nodeNamed, nodes, paths, words } from './things.ts';

const JOB_COMMAND = /^(?:block-)?job-(cancel|pause|resume|complete|finalize|dismiss|change|set-speed)$/;
const BLOCK_COMMAND =
  /^(block|drive|change-backing|nbd|blockdev|x-blockdev|transaction|blockjob|eject|device_)/;
const PATHS: ReadonlySet<string> = new Set([
  'filename',
  'snapshot-file',
  'path',
  'mountpoint',
  'image-node-name',
]);
const NODES: ReadonlySet<string> = new Set([
  ...['node-name', 'node', 'base-node', 'top-node', 'bottom', 'overlay', 'target', 'replaces', 'reference'],
]);
/** The names that arguments give to something new. */
const NEW: ReadonlySet<string> = new Set(['snapshot-node-name', 'filter-node-name', 'job-id']);
/** Commands that make the node they name. */
const MAKES_NODE: ReadonlySet<string> = new Set([
  'blockdev-add',
  'object-add',
  'block-latency-histogram-set',
]);

/** What fits the argument of a command at `path`, beside the others in `tree`. */
export function qmpValues(command: string, path: Path, tree: unknown, scene: Scene): Candidate[] {
  const name = String(path.findLast(step => typeof step === 'string') ?? '');
  return [...thingsFor(command, name, path, tree, scene), ...schemaWords(command, path, tree, scene)];
}

function schemaWords(command: string, path: Path, tree: unknown, { qemu: { schema } }: Scene): Candidate[] {
  const type = schema.typeAt(command, path, tree);
  if (!type) return [];
  const items = alternatives(schema, type).flatMap((info): TypeInfo[] => {
    const item = info['meta-type'] === 'array' ? schema.type(info['element-type']) : info;
    return item ? alternatives(schema, item) : [];
  });
  return items.flatMap(item => {
    if (item['meta-type'] === 'builtin')
      return item['json-type'] === 'boolean' ? words(['on', 'off'], 'boolean', 'value') : [];
    if (item['meta-type'] !== 'enum') return [];
    const members =
      item.members ?? item.values?.map(word => ({ name: word, features: [] as string[] })) ?? [];
    return members.flatMap(({ name, features = [] }) =>
      features.includes('deprecated')
        ? []
        : words([name], features.includes('unstable') ? 'unstable' : '', 'value'),
    );
  });
}

function thingsFor(command: string, name: string, path: Path, tree: unknown, scene: Scene): Candidate[] {
  const verb = JOB_COMMAND.exec(command)?.[1] as JobVerb | undefined;
  const { graph } = scene.qemu;
  const text = (key: string) => {
    const value = memberOf(tree, key);
    return typeof value === 'string' ? nodeNamed(value, scene) : undefined;
  };
  const isTop = path.length === 1;
  if (NEW.has(name)) return [];
  if (verb !== undefined && isTop) {
    return name === 'id' || name === 'device' ? jobs(scene, tellable(verb)({}, graph)) : [];
  }
  if (PATHS.has(name) || (command.startsWith('drive-') && name === 'target')) return paths(scene);
  if (command === 'block-export-del' && name === 'id') return exports(scene);
  if (command === 'device_del' && name === 'id') return devices(scene);
  if (command.startsWith('block-dirty-bitmap-') && ['name', 'target', 'bitmaps', 'bitmap'].includes(name))
    return command.endsWith('-add') ? [] : bitmaps(scene, text('node'));
  if (name === 'bitmap') return bitmaps(scene, text('device') ?? text('node'));
  if (name === 'device' && BLOCK_COMMAND.test(command)) return [...nodes(scene), ...devices(scene)];
  if (NODES.has(name) && !(MAKES_NODE.has(command) && name === 'node-name'))
    return nodes(scene, fitFor(name, text, scene));
  return isNodeReference(command, path, tree, scene) ? nodes(scene) : [];
}

/** What the names of block commands say of how their nodes lie. */
function fitFor(name: string, text: (key: string) => string | undefined, scene: Scene): Fits | undefined {
  const { graph } = scene.qemu;
  const device = text('device') ?? text('node');
  const above = name === 'bottom' ? device : (text('top-node') ?? device);
  if ((name === 'base-node' || name === 'bottom') && above !== undefined)
    return below('top')({ top: above }, graph);
  if ((name === 'target' || name === 'overlay') && device !== undefined)
    return apartFrom('device')({ device }, graph);
  if (name !== 'top-node' || device === undefined) return undefined;
  const fits = below('device')({ device }, graph);
  return node => node === device || fits(node);
}

/** Whether it is a node's name, or the options of a new one in its place. */
function isNodeReference(command: string, path: Path, tree: unknown, { qemu: { schema } }: Scene): boolean {
  const type = schema.typeAt(command, path, tree);
  if (type?.['meta-type'] !== 'alternate') return false;
  const kinds = alternatives(schema, type);
  const isName = kinds.some(kind => kind['meta-type'] === 'builtin' && kind['json-type'] === 'string');
  return (
    isName &&
    kinds.some(
      kind => kind['meta-type'] === 'object' && kind.members.some(({ name }) => name === 'node-name'),
    )
  );
}
