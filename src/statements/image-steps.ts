import type { NodeName } from '../graph/graph.ts';
import { Later } from '../qapi/placeholder.ts';
import { plannedObject } from './datum.ts';
import type { Call } from './define.ts';
import { lookUp } from './given.ts';
import { finishJob } from './job-steps.ts';
import { execute, type Step } from './step.ts';

export interface NewImage {
  readonly nodeName: string | Later;
  readonly filename: string | Later;
  readonly driver: string | Later;
  readonly size: number | bigint | Later;
  /** The node to open it over; `recorded` alone names a file in the image and lets QEMU open that. */
  readonly backing?: NodeName | Later | undefined;
  readonly recorded?:
    | { readonly file: string | Later; readonly format?: string | Later | undefined }
    | undefined;
  /** Whether an existing file may be lost. */
  readonly overwrite: boolean;
}

/**
 * Makes an image with blockdev-create and opens it with one blockdev-add, its protocol node inside.
 * Nothing in QMP keeps blockdev-create from truncating an existing file, so its absence is checked first.
 */
export function createImage(call: Call, image: NewImage): Step[] {
  const file = { driver: 'file', filename: image.filename };
  const recorded = image.recorded ?? recordedBacking(call, image);
  const isRaw = image.driver === 'raw';
  const steps: Step[] = image.overwrite
    ? []
    : [{ kind: 'check', parameter: 'filename', check: { kind: 'file-absent', filename: image.filename } }];
  steps.push(...createStep(call, { ...file, size: isRaw ? image.size : 0 }));
  if (!isRaw) {
    const options = {
      driver: image.driver,
      file,
      size: image.size,
      'backing-file': recorded?.file,
      'backing-fmt': recorded?.format,
    };
    steps.push(...createStep(call, plannedObject(options)));
  }
  const backing = image.backing ?? (image.recorded || isRaw ? undefined : null);
  const node = { driver: image.driver, 'node-name': image.nodeName, file, backing };
  return [...steps, execute('blockdev-add', plannedObject(node))];
}

function createStep(call: Call, options: ReturnType<typeof plannedObject>): Step[] {
  const id = call.jobId('create');
  return [execute('blockdev-create', { 'job-id': id, options }), ...finishJob(id)];
}

function recordedBacking(call: Call, image: NewImage): NewImage['recorded'] {
  if (image.backing === undefined) return undefined;
  const node = lookUp(call, image.backing);
  const shown = image.backing instanceof Later ? image.backing.what : image.backing;
  const file = node?.filename ?? new Later(`the file of ${shown}`);
  return {
    file:
      typeof file === 'string' && typeof image.filename === 'string' ? seenFrom(image.filename, file) : file,
    format: node?.driver ?? new Later(`the format of ${shown}`),
  };
}

/**
 * The name under which an image at `filename` finds `backing`: QEMU reads a recorded relative name from the folder of
 * the image that records it, not from its own working folder.
 */
export function seenFrom(filename: string, backing: string): string {
  const isRelative = (path: string) => !path.startsWith('/') && !/^[a-z][a-z0-9+.-]*:/i.test(path);
  if (!isRelative(backing) || !isRelative(filename)) return backing;
  const parts = (path: string) => path.split('/').filter(part => part !== '' && part !== '.');
  const from = parts(filename).slice(0, -1);
  const to = parts(backing);
  if (from.includes('..')) return backing;
  while (from.length > 0 && to.length > 1 && from[0] === to[0]) {
    from.shift();
    to.shift();
  }
  return [...from.map(() => '..'), ...to].join('/');
}
