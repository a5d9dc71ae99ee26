/** The boundaries of a step that changes something, in the order in which a run passes them. */
export type CrashPoint = 'after-intent' | 'after-send' | 'after-reply' | 'after-done' | 'before-dismiss';

/**
 * Kills this program, as SIGKILL does, where QBLK_CRASH says so: `s2:after-send`. A random kill hardly ever meets these
 * moments, and each has to leave a run that can go on.
 */
export function crashAt(step: number, point: CrashPoint): void {
  if (process.env['QBLK_CRASH'] === `s${step}:${point}`) process.kill(process.pid, 'SIGKILL');
}
