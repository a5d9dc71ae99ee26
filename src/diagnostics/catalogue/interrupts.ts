/** What may become of a statement at Ctrl-C, and of the jobs that it started. */
export type InterruptWish = 'cancel' | 'go-on' | 'leave';

/** The question at Ctrl-C, without the answer that cancels jobs where they must not be; its answers with the key of each; the last one does the least harm. */
export function interruptQuestion(
  jobs: readonly string[],
  mayCancel = true,
): {
  readonly question: string;
  readonly answers: readonly { readonly key: string; readonly word: string; readonly wish: InterruptWish }[];
} {
  const it = jobs.length > 1 ? 'them' : 'it';
  const goOn = { key: 'g', word: 'go on', wish: 'go-on' } as const;
  if (jobs.length === 0) {
    const stop = { key: 's', word: 'stop waiting', wish: 'leave' } as const;
    return { question: 'the statement is not done:', answers: [goOn, stop] };
  }
  const cancel = { key: 'c', word: `cancel ${it}`, wish: 'cancel' } as const;
  const leave = { key: 'l', word: `leave ${it} running`, wish: 'leave' } as const;
  return { question: `${jobs.join(', ')}:`, answers: [...(mayCancel ? [cancel] : []), goOn, leave] };
}
