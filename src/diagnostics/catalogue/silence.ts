/** QEMU has a command and says nothing; what it may be, and the way out. `at` is its endpoint, where there are several. */
export function notAnswered(command: string, seconds: number, at?: string): string {
  const who = at === undefined ? 'QEMU' : `@${at}: QEMU`;
  const why = 'it may be stopped, or blocked on its storage: see whether its process is in state T or D';
  return `${who} has not answered ${command} for ${seconds} s: ${why}; Ctrl-C gives up`;
}

/** What is known of the jobs of a QEMU whose connection is lost, and how to learn more. */
export function jobsOfTheLost(jobs: readonly string[]): {
  readonly message: string;
  readonly help: string[];
} {
  return {
    message: `jobs when it was last heard: ${jobs.join(', ')}; what became of them is not known`,
    help: ['if only the connection is gone, they go on: qblk show jobs'],
  };
}
