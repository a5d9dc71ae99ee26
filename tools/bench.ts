// Runs the benchmarks of tools/bench/ in turn, or those named: npm run bench [NAME…]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('./bench/', import.meta.url));
const wanted = process.argv.slice(2);
const benchmarks = (
  wanted.length > 0
    ? wanted
    : ['startup', 'parse', 'wire', 'job', 'sim', 'test', 'complete', 'durable', 'jobs', 'flood', 'monitors']
).map(name => `${name}.ts`);

let failed = false;
for (const file of benchmarks) {
  console.log(`\n== ${file}`);
  failed =
    spawnSync(process.execPath, ['--import', 'tsx', folder + file], { stdio: 'inherit' }).status !== 0 ||
    failed;
}
process.exit(failed ? 1 : 0);
