// The file behind `qblk`: it answers `--version` and `--help` by itself and starts the bundled program from V8's code cache, since
// start-up is what a user feels. V8 refuses a cache that another Node.js made, and the program is then compiled as any other.
const { readFileSync } = require('node:fs');

const only = process.argv.length === 3 ? process.argv[2] : '';
if (only === '--version' || only === '-V') {
  process.stdout.write(`qblk ${QBLK_VERSION}\n`);
} else if (only === '--help' || only === '-h') {
  process.stdout.write(require('../src/cli/usage.ts').usage);
} else {
  const filename = `${__dirname}/program.cjs`;
  let cachedData;
  try {
    cachedData = readFileSync(`${__dirname}/program.cache`);
  } catch {}
  const { Script } = require('node:vm');
  // The bundle is pure ASCII, which latin1 reads fastest.
  const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
  script.runInThisContext()(require, module, filename, __dirname);
}
