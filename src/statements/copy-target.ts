import type { Refusal } from '../graph/graph.ts';
import { Later } from '../qapi/placeholder.ts';
import { NodeDatum } from './datum.ts';
import { type Binding, type Call, type ParameterDefinition, refuse } from './define.ts';
import { activeFirst, apartFrom } from './fits.ts';
import { flag, lookUp, requiredNode, text } from './given.ts';
import { createImage } from './image-steps.ts';
import type { Step } from './step.ts';

/** The parameters that mirror and backup share: where the copy goes, and how its image is made. */
export const copyParameters: readonly ParameterDefinition[] = [
  { name: 'device', kind: { is: 'node' }, required: true, fits: activeFirst, summary: 'the image to copy' },
  {
    name: 'target',
    kind: { is: 'node', madeWith: 'filename' },
    required: true,
    fits: apartFrom('device'),
    summary: 'the node to copy to; with `filename=` the name for the new one',
  },
  { name: 'filename', kind: { is: 'path' }, summary: 'a file to make for the target' },
  {
    name: 'driver',
    kind: { is: 'choice', of: ['qcow2', 'raw'] },
    summary: 'the format of the new file, qcow2 by default',
  },
  { name: 'overwrite', kind: { is: 'boolean' }, summary: 'whether an existing file may be lost' },
];

/** A target without space left pauses its copy, which can go on later; QEMU's own default ends the job. A script may say otherwise. */
export const pauseWhenFull = { 'on-target-error': 'enospc' } as const;

/**
 * The steps that make the target's image where `filename=` asks for one: of the source's size and, for `sync=top`, over
 * the source's backing node, so that nothing is missing in it.
 */
export function prepareTarget(
  call: Call,
  sync: string | Later | undefined,
): { steps: Step[]; binds: Binding[] } | Refusal {
  const filename = text(call, 'filename');
  const misplaced = ['driver', 'overwrite'].find(name => call.given[name] !== undefined);
  if (filename === undefined) {
    if (misplaced === undefined) return { steps: [], binds: [] };
    return refuse({
      argument: misplaced,
      code: 'needs-filename',
      message: `\`${misplaced}=\` says how to make the target's file, but no file is made`,
      help: ['add filename=… to make a new file, or leave this out'],
    });
  }
  const device = requiredNode(call, 'device');
  const source = lookUp(call, device);
  const shown = device instanceof Later ? device.what : device;
  const size = source?.size ?? new Later(`the size of ${shown}`);
  const nodeName = requiredNode(call, 'target');
  const driver = text(call, 'driver') ?? 'qcow2';
  let backing: string | Later | undefined;
  if (sync === 'top') {
    if (driver === 'raw') {
      return refuse({
        argument: 'driver',
        code: 'raw-has-no-backing',
        message:
          '`sync=top` copies the uppermost image alone, and a raw file cannot name the rest of the chain',
        help: ['leave driver= out, or copy everything: sync=full'],
      });
    }
    backing =
      source?.backing === undefined ? new Later(`the image below ${shown}`) : (source.backing ?? undefined);
  }
  const name = typeof nodeName === 'string' ? nodeName : 'target';
  const seen = {
    ...(typeof filename === 'string' ? { filename } : {}),
    ...(typeof size === 'number' ? { size } : {}),
  };
  return {
    steps: createImage(call, {
      nodeName,
      filename,
      driver,
      size,
      backing,
      overwrite: flag(call, 'overwrite'),
    }),
    binds: [{ name, node: new NodeDatum(name, nodeName, seen) }],
  };
}
