/** After how many milliseconds of waiting somebody is told, and after how many more each time: QBLK_PROGRESS has them in seconds. */
export function waitingPeriods(): readonly [number, number] {
  const [first = 10, every = 30] = (process.env['QBLK_PROGRESS'] ?? '')
    .split(',')
    .map(Number)
    .filter(seconds => seconds > 0);
  return [first * 1000, every * 1000];
}
