import { jobText } from '../graph/draw.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { hasEnded } from '../graph/job.ts';
import { harmless } from '../text/harmless.ts';
import type { Repl } from './repl.ts';

/** Says which QEMU answers now, and what became of the jobs that there were before. */
export function tellJobs(
  before: ReadonlyMap<string | undefined, BlockGraph>,
  { connection, prompt }: Repl,
): void {
  for (const [name, graph] of connection.graphs) {
    const at = name === undefined ? '' : `@${name} `;
    const { schema } = connection.target.endpoints?.get(name ?? '') ?? connection.target;
    prompt.print(`connected: ${at}${schema.label}`);
    for (const job of before.get(name)?.jobs.values() ?? []) {
      if (graph.jobs.has(job.id)) continue;
      const fate = hasEnded(job.status)
        ? 'is gone, as it had ended'
        : 'is gone: it ended by itself, or with its QEMU; `show chain` tells what came of it';
      prompt.print(harmless(`${at}job ${job.id} (${job.type}) ${fate}`));
    }
    for (const job of graph.jobs.values()) {
      const isNew = before.has(name) && !before.get(name)?.jobs.has(job.id);
      prompt.print(`${at}job ${jobText(job)}${isNew ? ', begun meanwhile' : ''}`);
    }
  }
}
