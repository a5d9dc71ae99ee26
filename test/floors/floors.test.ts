import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../../src', import.meta.url));

const floors = [
  ['text', 'qmp'],
  ['diagnostics', 'graph', 'qapi', 'terminal', 'transport'],
  ['syntax', 'commands'],
  ['statements'],
  ['compile'],
  ['runner', 'sandbox', 'sim', 'editor'],
  ['target', 'printing'],
  ['recovery'],
  ['testing', 'lsp', 'repl', 'durable'],
  ['cli', 'index.ts'],
];
const floorOf = (room: string) => floors.findIndex(rooms => rooms.includes(room)) + 1;
const roomOf = (file: string) => file.split('/')[0] ?? '';

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g;

interface Import {
  readonly file: string;
  /** A file of src, or the name of a module from elsewhere. */
  readonly target: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
const imports: Import[] = files.flatMap(file =>
  [...readFileSync(join(src, file), 'utf8').matchAll(IMPORT)].map(([, specifier = '']) => ({
    file,
    target: specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier,
  })),
);
const inside = imports.filter(({ target }) => files.includes(target));
const show = ({ file, target }: Import) => `${file} imports ${target}`;

test('the imports are read at all', () => {
  expect(imports.map(show)).toContain('sandbox/images.ts imports execa');
  expect(inside.map(show)).toContain('diagnostics/diagnostic.ts imports text/source.ts');
});

test('every file stands in a room of a floor, and every relative import meets a file', () => {
  expect(files.filter(file => floorOf(roomOf(file)) === 0)).toEqual([]);
  const lost = imports.filter(({ target }) => /\.[cm]?[jt]s$/.test(target) && !files.includes(target));
  expect(lost.map(show)).toEqual([]);
});

test('imports go strictly downward, and rooms on one floor do not import each other', () => {
  const against = inside.filter(({ file, target }) => {
    const [from, to] = [roomOf(file), roomOf(target)];
    return from !== to && floorOf(to) >= floorOf(from);
  });
  expect(against.map(show)).toEqual([]);
});

test('the lower floors and the editor work anywhere: they import no module of Node.js', () => {
  const effects = imports.filter(
    ({ file, target }) =>
      target.startsWith('node:') &&
      (floorOf(roomOf(file)) <= 5 || roomOf(file) === 'editor') &&
      roomOf(file) !== 'transport' &&
      file !== 'qapi/snapshots.ts',
  );
  expect(effects.map(show)).toEqual([]);
});

test('the simulator knows commands, never statements', () => {
  expect(
    inside.filter(({ file, target }) => roomOf(file) === 'sim' && roomOf(target) === 'statements'),
  ).toEqual([]);
});

test('no statement imports another', () => {
  const statements = files.filter(
    file =>
      roomOf(file) === 'statements' &&
      /^export const \w+: StatementDefinition\b/m.test(readFileSync(join(src, file), 'utf8')),
  );
  expect(statements).toContain('statements/commit.ts');
  const across = inside.filter(
    ({ file, target }) => statements.includes(file) && statements.includes(target),
  );
  expect(across.map(show)).toEqual([]);
});

test('files are short and named for what they hold', () => {
  const long = files.filter(file => readFileSync(join(src, file), 'utf8').split('\n').length > 351);
  expect(long).toEqual([]);
  const vague = files.filter(file => /(^|[/.-])(utils?|helpers?|common|types)(?=[/.-])/.test(file));
  expect(vague).toEqual([]);
  expect(files.filter(file => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(file))).toEqual(
    [],
  );
});
