import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chainOf } from '../../src/graph/chain.ts';
import { type GraphQuery, queriesFor, readGraph } from '../../src/graph/introspect.ts';
import { findEngines } from '../../src/sandbox/engines.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { defaultDisks } from '../../src/sim/disks.ts';
import { makeMachine } from '../../src/sim/machine.ts';
import { startSimulation } from '../../src/sim/start.ts';
import { type Client, client } from './client.ts';
import { garbled, heardAs, refused } from './dialogue.ts';
import { type Operation, orderOf, scenarios } from './operations.ts';

const engine = findEngines().find(({ kind }) => kind === 'storage-daemon');
if (!engine) {
  if (process.env['CI']) throw new Error('no qemu-storage-daemon on this machine: run tools/qemu.sh');
  console.warn(
    '\nNO qemu-storage-daemon: the simulator is not held against a real one. Run tools/qemu.sh.\n',
  );
}

interface Side {
  readonly client: Client;
  /** Whether it is of the versions whose words the simulator has; others say the same in words of their own. */
  readonly sameWords: boolean;
  stop(): Promise<void> | void;
}

async function negotiate(stream: Parameters<typeof client>[0], stop: Side['stop']): Promise<Side> {
  const one = client(stream);
  const [greeting] = await one.take(1);
  await one.ask('qmp_capabilities');
  return { client: one, sameWords: greeting.QMP.version.qemu.major < 10, stop };
}

async function real(): Promise<Side> {
  if (!engine) throw new Error('there is no engine');
  const sandbox = await startSandbox({ engine, chains: defaultDisks });
  return negotiate(sandbox.stream, () => sandbox.stop());
}

async function simulated(): Promise<Side> {
  const { stream, stop } = startSimulation({ disks: defaultDisks, program: 'storage-daemon' });
  return negotiate(stream, stop);
}

/** What is said to an operation, up to the last message of its `order`. */
async function perform({ client: one }: Side, { command, args, order }: Operation): Promise<any[]> {
  one.send(JSON.stringify({ execute: command, arguments: args }));
  return one.take(order.split(' ').length);
}

/** Errors by class and words, events by what they tell, without what differs by design: times and amounts. */
function gist(messages: readonly any[], varies: boolean, words: boolean): unknown[] {
  const said = messages.map(({ event, data, error, return: value }) => {
    if (event === undefined) return error ? { error: words ? error : error.class } : { return: value };
    const { len: _, offset: __, ...rest } = data;
    return { event, ...rest };
  });
  if (!varies) return said;
  return [...said.filter(one => 'event' in one), ...said.filter(one => !('event' in one))];
}

const classOf = (heard: string) => heard.replace(/:.*$/s, '');

/** The chains of a graph by their users, and what every named node is. */
async function graphOf({ client: one }: Side) {
  const schema = makeMachine('7.2', 'storage-daemon').schema;
  const replies: Record<string, unknown> = {};
  for (const query of queriesFor((command, argument) => schema.has(command, argument)) as GraphQuery[]) {
    replies[query.command] = (await one.ask(query.command, query.arguments as object)).at(-1).return;
  }
  const graph = readGraph(replies);
  const named = [...graph.nodes.values()].filter(({ name }) => !name.startsWith('#'));
  return {
    chains: graph.attachments.map(({ kind, id, node, exportType }) => ({
      kind,
      id,
      exportType,
      chain: chainOf(graph, node),
    })),
    nodes: Object.fromEntries(
      named.map(({ name, driver, size, readOnly, backing, backingString, bitmaps }) => [
        name,
        { driver, size, readOnly, backing, backingString, bitmaps },
      ]),
    ),
    jobs: [...graph.jobs.values()].map(({ id, type, status }) => ({ id, type, status })),
  };
}

describe.skipIf(!engine)('the simulator and a real storage daemon say the same', () => {
  test.each(scenarios)('of $name', async ({ operations }) => {
    const sides = await Promise.all([real(), simulated()]);
    try {
      const [daemon, simulator] = sides as [Side, Side];
      for (const operation of operations) {
        const sent = JSON.stringify([operation.command, operation.args]);
        const said = await perform(daemon, operation);
        const simulatedSaid = await perform(simulator, operation);
        if (!operation.varies) expect(orderOf(said), sent).toBe(operation.order);
        const varies = operation.varies === true;
        const words = daemon.sameWords;
        expect.soft(gist(simulatedSaid, varies, words), sent).toEqual(gist(said, varies, words));
      }
      expect(await graphOf(simulator)).toEqual(await graphOf(daemon));
    } finally {
      await Promise.all(sides.map(side => side.stop()));
    }
  });

  describe('to what is sent', () => {
    let sides: readonly Side[] = [];
    beforeAll(async () => {
      sides = await Promise.all([real(), simulated()]);
    });
    afterAll(async () => {
      await Promise.all(sides.map(side => side.stop()));
    });

    test.each([...garbled, ...refused])('$sent', async ({ sent, heard }) => {
      const words = sides[0]?.sameWords === true;
      for (const { client: one } of sides) {
        one.send(sent);
        const said = (await one.take(heard.length)).map(heardAs);
        if (words) expect(said).toEqual(heard);
        else expect(said.map(classOf)).toEqual(heard.map(classOf));
        // Whatever was left over would come before this answer.
        expect(await one.ask('query-version')).toHaveLength(1);
      }
    });
  });
});
