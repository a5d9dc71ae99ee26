// Writes grammar/ from the parser and the definitions: npx tsx tools/grammar.ts; with --check it names what is stale.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { grammarFiles, staleFiles } from './grammar/files.ts';

const folder = fileURLToPath(new URL('../grammar', import.meta.url));
const files = await grammarFiles();
mkdirSync(folder, { recursive: true });
const stale = staleFiles(folder, files);

if (process.argv.includes('--check')) {
  for (const name of stale) console.error(`grammar/${name} is stale: run npx tsx tools/grammar.ts`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const name of stale) {
    const text = files.get(name);
    if (text === undefined) rmSync(join(folder, name));
    else {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  }
  console.log(`${stale.length} of ${files.size} files written`);
}
