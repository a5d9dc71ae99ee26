// Runs all of examples/ on every version and engine and writes what came of it into the README: npx tsx tools/versions.ts
// The QEMUs are those of this machine, and of QBLK_QEMUS=DIRECTORY:DIRECTORY; columns of a version that is not here stay.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allPlaces, isAtHand, runExamples } from './versions/matrix.ts';
import { failuresOf, type Outcome, outcomesOf } from './versions/outcomes.ts';
import { columnOf, readTable, tableText, withTable } from './versions/table.ts';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
const readme = readFileSync('README.md', 'utf8');
const before = readTable(readme);
const columns = new Map<string, ReadonlyMap<string, Outcome>>();
const absent: string[] = [];
for (const place of await allPlaces()) {
  const name = columnOf(place.series, place.engine);
  if (!isAtHand(place)) {
    absent.push(name);
    continue;
  }
  const report = await runExamples(place);
  columns.set(name, outcomesOf(report));
  const failures = failuresOf(report);
  console.error(`${name}: ${(report.duration / 1000).toFixed(1)} s, ${failures.length} failures`);
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
}
const rows = new Set([...columns.values()].flatMap(column => [...column.keys()]));
for (const name of absent) {
  console.error(
    `${name} is not on this machine: its column stays as it is (tools/qemu.sh private SUITE gets one)`,
  );
  columns.set(name, new Map([...(before.get(name) ?? [])].filter(([row]) => rows.has(row))));
}
const titleOf = (file: string) => /^# (.*)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? file;
writeFileSync('README.md', withTable(readme, tableText(columns, titleOf)));
