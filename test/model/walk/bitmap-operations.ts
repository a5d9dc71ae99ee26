import type { Builders } from './operations.ts';
import type { Picker } from './picker.ts';

/** The steps that work on bitmaps alone. A merge is never of none: QEMU 7.2 ends at it. */
export const bitmapBuilders: Builders = {
  'bitmap-add': {
    weight: 8,
    build: pick => [
      'block-dirty-bitmap-add',
      {
        node: pick.seldom(2) ? pick.root() : pick.node(),
        name: pick.newBitmap(),
        ...pick.maybe('persistent', 2, () => true),
        ...pick.maybe('disabled', 4, () => true),
        ...pick.maybe('granularity', 5, () => pick.of([512, 4096, 131072, 1000, 256, 0])),
      },
    ],
  },
  'bitmap-remove': { weight: 3, build: pick => ['block-dirty-bitmap-remove', pick.bitmap()] },
  'bitmap-clear': { weight: 2, build: pick => ['block-dirty-bitmap-clear', pick.bitmap()] },
  'bitmap-enable': { weight: 2, build: pick => ['block-dirty-bitmap-enable', pick.bitmap()] },
  'bitmap-disable': { weight: 3, build: pick => ['block-dirty-bitmap-disable', pick.bitmap()] },
  'bitmap-merge': { weight: 3, build: pick => ['block-dirty-bitmap-merge', merge(pick)] },
};

function merge(pick: Picker): object {
  const { node, name } = pick.bitmap();
  const bitmaps = pick.of<() => unknown[]>([
    () => [pick.bitmap()],
    () => [pick.bitmap(node).name],
    () => [pick.bitmap(node).name, pick.bitmap()],
  ])();
  return { node, target: name, bitmaps };
}

/** The arguments of a copy of a device. */
export interface Copy {
  readonly device: string;
  readonly [argument: string]: unknown;
}

/** The arguments of a backup, by chance with a bitmap of its source, by which it then often goes. */
export function maybeBitmap(pick: Picker, args: Copy): object {
  if (!pick.seldom(2)) return { ...args, ...pick.maybe('bitmap-mode', 25, () => 'always') };
  const { node: device, name } = pick.bitmap(pick.seldom(3) ? args.device : undefined);
  return {
    ...args,
    device,
    ...(args['target'] === undefined || !pick.graph.nodes.has(String(args['target']))
      ? {}
      : { target: pick.fitting(device) }),
    ...(pick.seldom(10) ? {} : { bitmap: name }),
    ...(pick.seldom(6) ? {} : { 'bitmap-mode': pick.of(['on-success', 'always', 'never']) }),
    ...(pick.seldom(4) ? {} : { sync: pick.of(['bitmap', 'bitmap', 'incremental']) }),
  };
}

/** What an export shows of bitmaps: one by its name, or by its node too. */
export function served(pick: Picker): unknown[] {
  return pick.of<() => unknown[]>([
    () => [pick.bitmap().name],
    () => [pick.bitmap()],
    () => [pick.bitmap(), pick.bitmap()],
  ])();
}
