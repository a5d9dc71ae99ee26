import { plannedObject } from './datum.ts';
import type { Example, ParameterDefinition, StatementDefinition } from './define.ts';
import { type Fit, isNew, recording, withBitmaps } from './fits.ts';
import { further, number, requiredNode, text } from './given.ts';
import { execute } from './step.ts';

const node: ParameterDefinition = {
  name: 'node',
  kind: { is: 'node' },
  required: true,
  summary: 'the image that the bitmap belongs to',
};

const name: ParameterDefinition = {
  name: 'name',
  kind: { is: 'bitmap' },
  required: true,
  summary: 'the bitmap',
};

export const bitmapAdd: StatementDefinition = {
  verb: 'bitmap add',
  summary: 'Give an image a bitmap that takes note of writes',
  details:
    'From then on the bitmap knows what has changed, for incremental backups. A bitmap stays with its image: when an overlay is put on that, the overlay has none.',
  command: 'block-dirty-bitmap-add',
  parameters: [
    node,
    { ...name, fits: isNew, summary: 'the name for it, unique on its image' },
    {
      name: 'granularity',
      kind: { is: 'size' },
      summary: 'how many bytes of the disk a bit stands for; without it the size of a cluster',
    },
    {
      name: 'persistent',
      kind: { is: 'boolean' },
      summary: 'whether it is stored in the image when that is closed; only qcow2 can',
    },
    { name: 'disabled', kind: { is: 'boolean' }, summary: 'whether it takes no note of writes yet' },
  ],
  examples: [
    {
      title: 'What changed since a full backup',
      script:
        'chain disk0: A\nbitmap add A name=b0 persistent=on\nbackup A target=E filename=full.qcow2 sync=full\nbackup A target=F filename=more.qcow2 sync=incremental bitmap=b0\n',
    },
  ],
  lower(call) {
    const { persistent, disabled } = call.given;
    const granularity = number(call, 'granularity');
    const members = { node: requiredNode(call, 'node'), name: text(call, 'name') };
    return {
      steps: [
        execute(
          'block-dirty-bitmap-add',
          plannedObject({ ...members, granularity, persistent, disabled, ...further(call) }),
        ),
      ],
    };
  },
};

export const bitmapRemove = onBitmap('remove', {
  summary: 'Take a bitmap from its image, and what the image stores of it',
  details: 'One that an export or a job uses stays. An inconsistent one can only be removed.',
  example: { title: 'A bitmap that is not needed any more', script: 'bitmap remove A name=b0\n' },
});

export const bitmapClear = onBitmap('clear', {
  summary: 'Make a bitmap forget the writes that it has noted',
  details: 'The next incremental backup by it then holds only what is written from now on.',
  example: { title: 'Begin anew with a bitmap', script: 'bitmap clear A name=b0\n' },
});

export const bitmapEnable = onBitmap('enable', {
  fits: recording(false, node.name),
  summary: 'Let a bitmap take note of writes',
  example: {
    title: 'Go on with a bitmap',
    script: 'bitmap disable A name=b0\nbitmap enable A name=b0\n',
  },
});

export const bitmapDisable = onBitmap('disable', {
  fits: recording(true, node.name),
  summary: 'Keep a bitmap as it is, whatever is written',
  details: 'A read-only export shows only bitmaps that are disabled.',
  example: {
    title: 'What was written until now, and what is written from now on',
    script: 'bitmap add A name=b1\nbitmap disable A name=b0\n',
  },
});

interface Told {
  readonly summary: string;
  readonly details?: string;
  readonly fits?: Fit;
  /** Behind a bitmap `b0` of the disk `A`. */
  readonly example: Example;
}

/** What is done to a bitmap that is there. */
function onBitmap(action: string, { summary, details, example, fits }: Told): StatementDefinition {
  const command = `block-dirty-bitmap-${action}`;
  const script = `chain disk0: A\nbitmap add A name=b0\n${example.script}`;
  return {
    verb: `bitmap ${action}`,
    summary,
    ...(details === undefined ? {} : { details }),
    command,
    parameters: [{ ...node, fits: withBitmaps }, fits === undefined ? name : { ...name, fits }],
    examples: [{ ...example, script }],
    lower(call) {
      const members = { node: requiredNode(call, 'node'), name: text(call, 'name') };
      return { steps: [execute(command, plannedObject({ ...members, ...further(call) }))] };
    },
  };
}
