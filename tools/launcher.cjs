// The file behind `qblk`: it answers `--version` and `--help` by itself and starts the bundled program from V8's code cache, since
// start-up is what a user feels. V8 refuses a cache that another Node.js made, and the program is then compiled as any other.
const { readFileSync } = require('node:fs');
const usual = require('./usual.json');

const only = process.argv.length === 3 ? process.argv[2] : '';
if (only === '--version' || only === '-V') {
  process.stdout.write(`qblk ${QBLK_VERSION}\n`);
} else if (only === '--help' || only === '-h') {
  process.stdout.write(require('../src/cli/usage.ts').usage);
} else {
  const words = process.argv.slice(2);
  // Any word may be the name of another command, and the whole program is always right.
  const isUsual =
    (words[0] === '-c' || usual.includes(words[0])) &&
    words.every(word => usual.includes(word) || !/^[a-z]+$/.test(word));
  const name = isUsual ? 'usual' : 'program';
  const filename = `${__dirname}/${name}.cjs`;
  let cachedData;
  try {
    cachedData = readFileSync(`${__dirname}/${name}.cache`);
  } catch {}
  const { Script } = require('node:vm');
  // The bundle is pure ASCII, which latin1 reads fastest.
  const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
  script.runInThisContext()(require, module, filename, __dirname);
}
