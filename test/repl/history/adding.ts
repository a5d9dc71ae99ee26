// A prompt of its own: adds entries to a history and says which were accepted; `close` ends it in order.
import { openHistory } from '../../../src/repl/history/open-history.ts';

const [file = '', name = '', count = '0', ...how] = process.argv.slice(2);
const history = openHistory({ file, onProblem: message => console.error(message) });
for (let at = 0; at < Number(count); at++) {
  history.add(`commit ${name}${at} base=A {\n  then "pivot"\n}`);
  console.log(`${name}${at}`);
  if (how.includes('tidy') && at % 50 === 49) openAgain();
}
if (how.includes('close')) history.close();
if (how.includes('die')) process.kill(process.pid, 'SIGKILL');

function openAgain(): void {
  const another = openHistory({ file, onProblem: message => console.error(message) });
  another.add(`from ${name}`);
  another.close();
}
