import { interruptQuestion } from '../diagnostics/catalogue/interrupts.ts';
import { ownJobInWords, ownJobs } from '../target/own-jobs.ts';
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

/**
 * Asks at Ctrl-C what is to become of a statement and of its jobs, which are all but `others`: nothing on the QEMU is aborted without
 * that. `outer` gives the statement up unasked, and leaves its jobs running.
 */
export function offerToInterrupt(
  repl: Repl,
  others: ReadonlySet<string>,
  outer: AbortSignal | undefined,
): Interrupting {
  const { prompt, connection } = repl;
  const giveUp = new AbortController();
  const over = new AbortController();
  let isAsking = false;
  let cancels = false;
  const passOn = () => giveUp.abort();
  outer?.addEventListener('abort', passOn, { once: true });
  if (outer?.aborted) giveUp.abort();

  const jobsNow = () => ownJobs(connection.target, others);

  const ask = async () => {
    isAsking = true;
    const jobs = await jobsNow();
    const { question, answers } = interruptQuestion(jobs.map(ownJobInWords));
    const word = over.signal.aborted ? undefined : await prompt.ask(question, answers, over.signal);
    const wish = answers.find(answer => answer.word === word)?.wish;
    isAsking = false;
    if (over.signal.aborted || wish === 'go-on') return;
    cancels = wish === 'cancel';
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
      const jobs = (await jobsNow()).filter(({ status }) => status !== 'null');
      if (cancels) {
        for (const { id, at } of jobs) await repl.run({ name: 'prompt', text: `${at}cancel ${id} force=on` });
        return;
      }
      if (jobs.length === 0) prompt.print('interrupted; no job of it is left');
      for (const job of jobs) {
        const { id, at } = job;
        const pivots = job.type === 'mirror' || job.type === 'commit' ? [`${at}pivot ${id}`] : [];
        const ways = [`${at}wait ${id}`, ...pivots, `${at}cancel ${id} force=on`];
        prompt.print(
          `left running: ${ownJobInWords(job)}\n  go on with it: ${ways.map(way => `\`${way}\``).join(', ')}`,
        );
      }
    },
  };
}
