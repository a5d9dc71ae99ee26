import type { BlockGraph, NodeName } from '../../graph/graph.ts';
import { releasedUsing } from '../../graph/users.ts';
import type { Arguments, Caution } from '../define.ts';
import { quoted, refuse } from './refusals.ts';

/** The arguments of commands that take a node only while no other is above it. */
const TAKES_ROOT: ReadonlyMap<string, readonly string[]> = new Map([
  ['block-commit', ['device']],
  ['blockdev-del', ['node-name']],
  ['blockdev-mirror', ['device']],
  ['blockdev-snapshot', ['node']],
  ['blockdev-snapshot-sync', ['device', 'node-name']],
  ['drive-mirror', ['device']],
]);

/** How many names a message lists. */
const LISTED = 12;

/** Nodes that may be gone, and that keep a command from being done if they are not. */
export function perhapsLeftOver(graph: BlockGraph, command: string, args: Arguments): Caution | undefined {
  for (const argument of TAKES_ROOT.get(command) ?? []) {
    const name = args.text(argument);
    const left = name === undefined ? [] : releasedAbove(graph, name);
    if (name === undefined || left.length === 0) continue;
    const list = (words: readonly string[]) =>
      `${words.slice(0, LISTED).map(quoted).join(', ')}${words.length > LISTED ? ', …' : ''}`;
    const message = `If ${list(left)} ${left.length > 1 ? 'are' : 'is'} still open over ${quoted(name)}, QEMU refuses this.`;
    return {
      ...refuse('perhaps-left-over', argument, message, [
        `what -blockdev or blockdev-add opened stays open: close it first, ${list(left.map(over => `del ${over}`))}`,
        'what a snapshot made is gone by then: leave it as it is',
      ]),
      severity: 'note',
    };
  }
  return undefined;
}

/** The uppermost first, as they are closed; what QEMU named itself goes by itself. */
function releasedAbove(graph: BlockGraph, name: NodeName): NodeName[] {
  const above = new Set<NodeName>();
  const next = [name];
  for (let below = next.pop(); below !== undefined; below = next.pop()) {
    for (const { name: over, owner } of releasedUsing(graph, below)) {
      if (owner === 'implicit' || above.has(over)) continue;
      above.add(over);
      next.push(over);
    }
  }
  return [...above].reverse();
}
