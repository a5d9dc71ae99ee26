import { Later } from '../qapi/placeholder.ts';
import { type Datum, type DatumObject, NodeDatum, plannedObject } from './datum.ts';
import type { StatementDefinition } from './define.ts';
import { notOver } from './fits.ts';
import { further, lookUp, requiredNode, text } from './given.ts';
import { cacheToRepeat, childrenToRepeat, partOfFile, untoldChild } from './reopen-options.ts';
import { execute } from './step.ts';

export const reopen: StatementDefinition = {
  verb: 'reopen',
  summary: 'Change options of an open node, its backing among them',
  details:
    'The options are those of blockdev-add. QEMU sets back to its default whatever a reopen leaves out: what QEMU tells of the node, ' +
    'which is its driver, file, backing, `read-only`, `cache` and `detect-zeroes`, is therefore repeated where it is not given. It does not tell the others, such as `discard=`: give those again.',
  command: 'blockdev-add',
  implied: ({ node }, graph): DatumObject => {
    const name = node instanceof NodeDatum ? node.nodeName : node;
    const driver = typeof name === 'string' ? graph.nodes.get(name)?.driver : undefined;
    return driver === undefined ? {} : { driver };
  },
  parameters: [
    {
      name: 'node',
      kind: { is: 'node' },
      required: true,
      argument: 'node-name',
      summary: 'the node to change',
    },
    {
      name: 'backing',
      kind: { is: 'node', orNull: true },
      fits: notOver('node'),
      summary: 'the node that it lies over from now on; `null` for none',
    },
    {
      name: 'read-only',
      kind: { is: 'boolean' },
      summary: 'whether nobody can write to it from now on',
    },
    { name: 'driver', kind: { is: 'string' }, summary: 'its driver, which stays what it is' },
  ],
  examples: [
    {
      title: 'Write to an image that was opened to be read',
      script: 'chain A <- B\nreopen A read-only=off\n',
    },
    {
      title: 'An image in between two others',
      script:
        'chain disk0: A <- B\ncreate E filename=e.qcow2 size=64M backing=A\nreopen B backing=E\nexpect chain disk0: A <- E <- B\n',
    },
  ],
  lower(call) {
    const name = requiredNode(call, 'node');
    const node = lookUp(call, name);
    const shown = name instanceof Later ? name.what : name;
    const driver = text(call, 'driver') ?? node?.driver ?? new Later(`the driver of ${shown}`);
    const unclear = untoldChild(call, node) ?? partOfFile(call, node);
    if (unclear) return unclear;
    const options = plannedObject({
      'node-name': name,
      driver,
      ...childrenToRepeat(call, node, driver, shown),
      ...node?.options,
      'read-only': call.given['read-only'] ?? node?.readOnly ?? new Later(`whether ${shown} is read-only`),
      ...further(call),
      ...cacheToRepeat(call, node),
    } as Record<string, Datum | undefined>);
    const step = call.knows('blockdev-reopen')
      ? execute('blockdev-reopen', { options: [options] })
      : execute('x-blockdev-reopen', options);
    return { steps: [step] };
  },
};
