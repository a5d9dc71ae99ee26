// Takes a lock again and again until it is killed, and says `two` when it meets somebody who is alive inside.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { whileLocked } from '../../../src/repl/history/file-lock.ts';

const [lock = '', inside = ''] = process.argv.slice(2);

for (let times = 1; ; times++) {
  whileLocked(lock, 20_000, () => {
    try {
      writeFileSync(inside, `${process.pid}`, { flag: 'wx' });
    } catch {
      const other = readFileSync(inside, 'utf8');
      if (other !== '' && isRunning(other)) console.log(`two: ${other}`);
      writeFileSync(inside, `${process.pid}`);
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.random());
    rmSync(inside);
  });
  console.log(times);
}

function isRunning(pid: string): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
