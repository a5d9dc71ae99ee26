import { attachedChains, type Chain, looseChains } from '../graph/attached.ts';
import type { BlockGraph } from '../graph/graph.ts';
import type { SessionLog } from './session-log.ts';

/** `chain` lines that say what there is: one a device, by the names of the nodes as far as a script can write them. */
export function startLines(graphs: ReadonlyMap<string | undefined, BlockGraph>): string[] {
  const targets = [...graphs.keys()].flatMap(name => (name === undefined ? [] : [`target ${name}`]));
  const chains = [...graphs].flatMap(([name, graph]) => {
    const at = name === undefined ? '' : `@${name} `;
    const attached = [...attachedChains(graph)].map(
      ([device, chain]) => `${at}chain ${device}: ${written(chain)}`,
    );
    const loose = [...looseChains(graph).values()].filter(({ nodes }) => nodes.every(isWord));
    return [...attached, ...loose.map(chain => `${at}chain ${written(chain)}`)];
  });
  return [...targets, ...chains];
}

/** From the lowest image on above which all have names that a script can write. */
function written({ nodes, ends }: Chain): string {
  const last = nodes.findLastIndex(node => !isWord(node));
  const named = nodes.slice(last + 1);
  const links = named.length > 0 ? named : ['active'];
  return [...(last >= 0 || !ends ? ['...'] : []), ...links].join(' <- ');
}

function isWord(name: string): boolean {
  return /^[A-Za-z][\w.-]*$/.test(name);
}

/** The session as a script: what there was, then each statement that succeeded and did more than look; undefined for none. */
export function scriptOf({ start, entries }: SessionLog): string | undefined {
  const kept = entries.filter(({ outcome, looks }) => outcome === 'done' && !looks).map(({ text }) => text);
  if (kept.length === 0) return undefined;
  return `${[...start, ...(start.length > 0 ? [''] : []), ...kept].join('\n')}\n`;
}
