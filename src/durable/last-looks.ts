import type { BlockGraph } from '../graph/graph.ts';
import { digest } from '../text/digest.ts';
import { GraphLines, wordsOfLook } from './graph-lines.ts';
import type { Past } from './read-journal.ts';

/** The last look that a run took at each of its QEMUs, by the names of its endpoints, before it broke off. */
export function lastLooks({ head, answers }: Past): Map<string | undefined, BlockGraph> {
  const last = new Map<string | undefined, BlockGraph>();
  for (const { name } of head.qemus) {
    const looks = new GraphLines();
    const d = digest(wordsOfLook(name));
    for (const answer of answers.values()) if (answer.d === d) last.set(name, looks.decode(answer.ok ?? 0));
  }
  return last;
}
