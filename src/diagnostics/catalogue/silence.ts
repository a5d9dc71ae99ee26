/** QEMU has a command and says nothing; what it may be, and the way out. `at` is its endpoint, where there are several. */
export function notAnswered(command: string, seconds: number, at?: string): string {
  const who = at === undefined ? 'QEMU' : `@${at}: QEMU`;
  const why = 'it may be stopped, or blocked on its storage: see whether its process is in state T or D';
  return `${who} has not answered ${command} for ${seconds} s: ${why}; Ctrl-C gives up`;
}
