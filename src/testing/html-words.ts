/** Milliseconds for people: `0.4 ms`, `12 ms`, `1.24 s`, `2 min 3 s`. */
export function durationText(milliseconds: number): string {
  if (milliseconds === 0) return '0 ms';
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_995) return `${(milliseconds / 1000).toFixed(2)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
