// Builds dist/: the program (qblk.cjs, program.cjs and usual.cjs with their code caches), the library (lib/) and the QAPI snapshots beside both.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import usual from './usual.json' with { type: 'json' };

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);
const builtAt = statSync(at('dist/qblk.cjs'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const sources = ['src', 'tools', 'package.json', 'tsconfig.json', 'tsconfig.build.json'].flatMap(place => [
  at(place),
  ...(statSync(at(place)).isDirectory()
    ? readdirSync(at(place), { recursive: true }).map(name => at(place, name))
    : []),
]);
if (process.argv[2] === '--if-needed' && sources.every(file => statSync(file).mtimeMs < builtAt))
  process.exit();

const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));

for (const needed of ['src/cli/main.ts', 'src/index.ts', 'src/qapi/snapshots/qapi.br']) {
  if (!existsSync(at(needed))) {
    console.error(`build: ${needed} is not there; nothing was built`);
    process.exit(1);
  }
}

rmSync(at('dist'), { recursive: true, force: true });
mkdirSync(at('dist'));

const program = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  charset: 'ascii',
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  minifyIdentifiers: true,
  logLevel: 'warning',
  // Inside CommonJS an import() of a bundled module runs its body when it is reached; one of a Node.js module
  // becomes a require(), which spares the start of the ES module loader.
  supported: { 'dynamic-import': false },
  define: { QBLK_VERSION: JSON.stringify(version) },
};

// Modules of Node.js that take long to load and that few runs use: the bundle asks for them at the first use of what they export.
const seldom = new Map(
  await Promise.all(
    ['node:child_process', 'node:net', 'node:os', 'node:tls', 'node:zlib'].map(async name => [
      name,
      Object.keys((await import(name)).default).map(
        key =>
          `get ${JSON.stringify(key)}(){return require(${JSON.stringify(name)})[${JSON.stringify(key)}]}`,
      ),
    ]),
  ),
);
const whenUsed = {
  name: 'when-used',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, namespace }) =>
      seldom.has(path) && namespace !== 'when-used' ? { path, namespace: 'when-used' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'when-used' }, ({ path }) => ({
      contents: `module.exports={${seldom.get(path)}}`,
    }));
  },
};

// Chevrotain makes a table of 65536 numbers at each start, by a formula that takes no longer than the table where it is seldom asked.
const table = 'charCodeToOptimizedIdxMap';
const formula = [
  [`: ${table}[charCode]`, ': 255 + ~~(charCode / 255)'],
  [`if (isEmpty(${table}))`, 'if (false)'],
];
const lean = {
  name: 'lean',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^lodash-es$/ }, () => ({ path: at('tools/lodash.mjs'), sideEffects: false }));
    onLoad({ filter: /chevrotain\/lib\/src\/scan\/lexer\.js$/ }, ({ path }) => {
      let contents = readFileSync(path, 'utf8');
      for (const [old, now] of formula) {
        if (!contents.includes(old)) return { errors: [{ text: `not there: ${old}` }] };
        contents = contents.replace(old, now);
      }
      return { contents };
    });
  },
};

// The global `performance` would load a module of its own at each start.
const clock =
  'const clock={now(){const[s,n]=process.hrtime();return s*1e3+n/1e6}};clock.timeOrigin=Date.now()-clock.now();';
const own = "const own={get url(){return require('node:url').pathToFileURL(__filename).href}};";

// The grammar is analysed here, once, instead of at each start.
const [{ text: analysis }] = (
  await build({
    entryPoints: [at('tools/decisions.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  })
).outputFiles;
const { decisions } = await import(`data:text/javascript;base64,${Buffer.from(analysis).toString('base64')}`);

// What V8 reads at a start goes by the size of the file, so the usual commands are in a file of their own as well.
const usualOnly = {
  name: 'usual-only',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/commands\// }, ({ path, importer }) =>
      importer === at('src/cli/main.ts') && !usual.some(name => path === `./commands/${name}.ts`)
        ? { path, namespace: 'seldom' }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'seldom' }, () => ({ contents: '' }));
  },
};
const bundle = (name, plugins) =>
  build({
    ...program,
    entryPoints: [at('src/cli/main.ts')],
    define: {
      ...program.define,
      'import.meta.url': 'own.url',
      performance: 'clock',
      QBLK_DECISIONS: JSON.stringify(decisions),
    },
    plugins: [whenUsed, lean, ...plugins],
    outfile: at('dist', `${name}.cjs`),
    // The launcher evaluates this file: its value is one function.
    banner: {
      js: `(function(require,module,__filename,__dirname){'use strict';${clock}${own}`,
    },
    footer: { js: '})' },
  });

await Promise.all([
  build({
    ...program,
    entryPoints: [at('tools/launcher.cjs')],
    outfile: at('dist/qblk.cjs'),
    banner: { js: '#!/usr/bin/env node' },
  }),
  bundle('program', []),
  bundle('usual', [usualOnly]),
]);
chmodSync(at('dist/qblk.cjs'), 0o755);
// The launcher reads the program as Latin-1, and esbuild escapes strings, but not regular expressions.
const strange = /.{0,40}[^\0-\x7f].{0,40}/.exec(readFileSync(at('dist/program.cjs'), 'utf8'));
if (strange) {
  console.error(`build: the program is not ASCII; write \\u escapes here: ${strange[0]}`);
  process.exit(1);
}

const library = spawnSync(
  process.execPath,
  [at('node_modules/typescript/bin/tsc'), '-p', at('tsconfig.build.json')],
  {
    stdio: 'inherit',
  },
);
if (library.status !== 0) {
  console.error('build: tsc refuses the library');
  process.exit(1);
}
for (const place of ['dist/snapshots', 'dist/lib/qapi/snapshots']) {
  mkdirSync(at(place), { recursive: true });
  cpSync(at('src/qapi/snapshots/qapi.br'), at(place, 'qapi.br'));
}

for (const name of ['program', 'usual']) {
  const words = [at('tools/code-cache.cjs'), at('dist'), name];
  const warmed = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (warmed.status === 0 && existsSync(at('dist', `${name}.cache`))) continue;
  console.error(`build: no code cache could be made: ${warmed.stderr}`);
  process.exit(1);
}

const programs = ['program.cjs', 'program.cache', 'usual.cjs', 'usual.cache'];
for (const file of ['qblk.cjs', ...programs, 'lib/index.js', 'snapshots/qapi.br']) {
  console.log(`dist/${file}  ${(statSync(at('dist', file)).size / 1024).toFixed(1)} KiB`);
}
