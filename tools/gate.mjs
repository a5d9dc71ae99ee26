// The gate, here and in CI: every step runs, then it says which of them failed. The last line counts the tests.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'qblk-gate-'));
const report = join(scratch, 'tests.json');

const program = (file, ...args) => spawnSync(file, args, { cwd: root, stdio: 'inherit' }).status === 0;
const installed = (name, ...args) => program(join(root, 'node_modules/.bin', name), ...args);

function lockNamesNoHost() {
  const resolved = readFileSync(join(root, 'package-lock.json'), 'utf8').match(/^.*"resolved":.*$/gm) ?? [];
  if (resolved.length > 0)
    console.error(`package-lock.json has ${resolved.length} "resolved" addresses, as:\n${resolved[0]}`);
  return resolved.length === 0;
}

function getQemu() {
  const done = spawnSync('bash', ['tools/qemu.sh'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Some tests want QEMU on PATH, where a private copy is not.
  if (done.stdout) process.env.PATH = `${done.stdout.trim()}:${process.env.PATH}`;
  // Without a QEMU the tests on the real one are skipped, and say so; in CI that is a failure.
  return done.status === 0 || !process.env.CI;
}

/** What more CI tests with; elsewhere what is there has to do. Tests that miss it are skipped, and say so. */
function getMore(what, ...script) {
  if (process.env.CI && !program('bash', ...script))
    console.error(`\n!! ${what} COULD NOT BE HAD: the tests that need it are skipped\n`);
  return true;
}

/** Their QEMUs are the versions of the README's table that this machine is not expected to have. */
const SUITES = ['bullseye', 'trixie', 'trixie-backports'];

const steps = {
  qemu: getQemu,
  qemus: () =>
    SUITES.every(suite => getMore(`THE QEMU OF DEBIAN ${suite}`, 'tools/qemu.sh', 'private', suite)),
  sshd: () => getMore('AN SSH SERVER', 'tools/sshd.sh'),
  browser: () => getMore('A BROWSER', 'tools/browser.sh'),
  biome: () => installed('biome', 'ci', '--error-on-warnings', '.'),
  tsc: () => installed('tsc', '--noEmit', '-p', '.'),
  knip: () => installed('knip', '--no-progress'),
  build: () => program(process.execPath, 'tools/build.mjs'),
  vitest: () =>
    installed('vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`),
  publint: () => installed('publint', '--strict'),
  lock: lockNamesNoHost,
};

const failed = Object.entries(steps).filter(([name, step]) => {
  console.log(`\n== ${name}`);
  const began = performance.now();
  const passed = step();
  console.log(
    `== ${name} ${passed ? 'passed' : 'FAILED'} in ${((performance.now() - began) / 1000).toFixed(1)} s`,
  );
  return !passed;
});

const tests = { passed: 0, failed: 0 };
try {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  tests.passed = numPassedTests;
  // A file that could not even be loaded has failed without a test of its own.
  const broken = testResults.filter(
    file => file.status === 'failed' && file.assertionResults.every(test => test.status !== 'failed'),
  );
  tests.failed = numFailedTests + broken.length;
} catch {
  console.error('the tests wrote no report');
  tests.failed = 1;
}
rmSync(scratch, { recursive: true, force: true });
console.log(
  failed.length === 0
    ? '\nthe gate is passed'
    : `\nthe gate failed at: ${failed.map(([name]) => name).join(', ')}`,
);
console.log(`${tests.passed} passed, ${tests.failed} failed`);
process.exit(failed.length === 0 ? 0 : 1);
