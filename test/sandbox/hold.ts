// A program to be killed: holds a sandbox open, and prints its folder. `early` prints it before the images are made.
import { watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { chooseEngine, type EngineKind } from '../../src/sandbox/engines.ts';
import { startSandbox } from '../../src/sandbox/start.ts';

const [kind, when] = process.argv.slice(2);
const images = Array.from({ length: 12 }, (_, index) => ({ nodeName: `N${index}` }));
if (when === 'early') {
  const watcher = watch(tmpdir(), (_, name) => {
    if (!name?.startsWith('qblk-')) return;
    watcher.close();
    console.log(`${tmpdir()}/${name}`);
  });
}
const sandbox = await startSandbox({
  engine: chooseEngine(kind as EngineKind),
  chains: [{ device: 'disk0', images }],
});
if (when !== 'early') console.log(sandbox.directory);
if (when === 'throw') throw new Error('as a defect would');
setInterval(() => {}, 1000);
