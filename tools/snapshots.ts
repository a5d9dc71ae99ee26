// Makes src/qapi/snapshots/qapi.br from a folder that holds <version>/{system,storage-daemon}.json, each the reply to
// query-qmp-schema of that program: npx tsx tools/snapshots.ts FOLDER
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: tsx tools/snapshots.ts FOLDER');

const newestFirst = (a: string, b: string) => b.localeCompare(a, 'en', { numeric: true });
const index: { version: string; program: string }[] = [];
const lines: string[] = [];
for (const version of readdirSync(folder).sort(newestFirst)) {
  for (const program of ['system', 'storage-daemon']) {
    const file = join(folder, version, `${program}.json`);
    if (!existsSync(file)) continue;
    const reply = JSON.parse(readFileSync(file, 'utf8'));
    index.push({ version, program });
    lines.push(JSON.stringify(Array.isArray(reply) ? reply : reply.return));
  }
}
const text = Buffer.from([JSON.stringify(index), ...lines].join('\n'));
// The window spans all of them, so what versions share is stored once.
const packed = brotliCompressSync(text, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
  },
});
writeFileSync(new URL('../src/qapi/snapshots/qapi.br', import.meta.url), packed);
console.log(`${index.length} schemas, ${text.length} bytes in ${packed.length}`);
