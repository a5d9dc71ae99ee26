import { type JobRecord, readJobs } from '../runner/job-record.ts';
import { qemusOf } from '../target/target.ts';
import { harmless } from '../text/harmless.ts';
import type { Repl } from './repl.ts';

/** The way out of a statement that takes long. */
export interface Interrupting {
  /** Aborts where the statement is to be given up. */
  readonly signal: AbortSignal;
  /** The statement has ended: nothing is asked any more. */
  stop(): void;
  /** Says what an interrupted statement left behind, or ends it where that was the wish. */
  settle(): Promise<void>;
}

interface OwnJob extends JobRecord {
  /** How a statement begins that is about it. */
  readonly at: string;
}

/**
 * Asks at Ctrl-C what is to become of a statement and of the jobs that it started: nothing on the QEMU is aborted without that.
 * `outer` gives the statement up unasked, and leaves its jobs running.
 */
export function offerToInterrupt(repl: Repl, outer: AbortSignal | undefined): Interrupting {
  const { prompt, connection } = repl;
  const giveUp = new AbortController();
  const over = new AbortController();
  const before = new Set([...connection.graphs.values()].flatMap(graph => [...graph.jobs.keys()]));
  let isAsking = false;
  let cancels = false;
  const passOn = () => giveUp.abort();
  outer?.addEventListener('abort', passOn, { once: true });
  if (outer?.aborted) giveUp.abort();

  const ownJobs = async (): Promise<OwnJob[]> => {
    const found: OwnJob[] = [];
    for (const [name, { live }] of qemusOf(connection.target)) {
      const jobs = readJobs(await live.session.execute('query-jobs').catch(() => null));
      for (const job of jobs.filter(({ id }) => !before.has(id)))
        found.push({ ...job, at: name === undefined ? '' : `@${name} ` });
    }
    return found;
  };

  const ask = async () => {
    isAsking = true;
    const jobs = await ownJobs();
    const it = jobs.length > 1 ? 'them' : 'it';
    const cancel = { key: 'c', word: `cancel ${it}` };
    const leave =
      jobs.length > 0 ? { key: 'l', word: `leave ${it} running` } : { key: 's', word: 'stop waiting' };
    const answers = [...(jobs.length > 0 ? [cancel] : []), { key: 'g', word: 'go on' }, leave];
    const what = jobs.length > 0 ? `${jobs.map(told).join(', ')}:` : 'the statement is not done:';
    const answer = over.signal.aborted ? 'go on' : await prompt.ask(what, answers, over.signal);
    isAsking = false;
    if (over.signal.aborted || answer === 'go on') return;
    cancels = answer === cancel.word;
    giveUp.abort();
  };
  const off = prompt.onInterrupt(() => {
    if (!isAsking) void ask();
  });

  return {
    signal: giveUp.signal,
    stop() {
      off();
      over.abort();
      outer?.removeEventListener('abort', passOn);
    },
    async settle() {
      const jobs = (await ownJobs()).filter(({ status }) => status !== 'null');
      if (cancels) {
        for (const { id, at } of jobs) await repl.run({ name: 'prompt', text: `${at}cancel ${id} force=on` });
        return;
      }
      if (jobs.length === 0) prompt.print('interrupted; no job of it is left');
      for (const job of jobs) {
        const { id, at } = job;
        const ways = [`${at}wait ${id}`, `${at}pivot ${id}`, `${at}cancel ${id} force=on`];
        prompt.print(
          `left running: ${told(job)}\n  go on with it: ${ways.map(way => `\`${way}\``).join(', ')}`,
        );
      }
    },
  };
}

function told({ id, type, status, at }: OwnJob): string {
  return harmless(`${at}${id} (${type}, ${status})`);
}
