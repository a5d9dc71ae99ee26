import { pathsInName } from '../../../commands/images/named-files.ts';
import type { OutOfBounds } from '../../../diagnostics/catalogue/safety.ts';
import { plainPath } from '../../../graph/file-users.ts';
import { type HostWords, readHostWords } from '../outside/host-words.ts';

/**
 * Why a file name leads out of these folders, if so. A relative path begins in the folder `from`; `an overlay` stands for that of
 * an image, which it may not lead out of; without either it is not known where it begins.
 */
export function outOfBounds(
  name: string,
  folders: readonly string[],
  from?: string,
): OutOfBounds | undefined {
  const paths = pathsInName(name);
  if (!paths) return 'unknown';
  for (const path of paths) {
    if (path.startsWith('/')) {
      if (!liesIn(path, folders)) return 'outside';
    } else if (from === 'an overlay') {
      if (plainPath(path).startsWith('..')) return 'outside';
    } else if (from === undefined) return 'relative';
    else if (!liesIn(`${from}/${path}`, folders)) return 'outside';
  }
  return undefined;
}

/** Symbolic links are not followed: the path may be another host's. */
function liesIn(path: string, folders: readonly string[]): boolean {
  const plain = plainPath(path);
  return folders
    .map(folder => plainPath(folder))
    .some(folder => folder === '/' || plain === folder || plain.startsWith(`${folder}/`));
}

/** The words of a `$` line that name files, each with its number among the arguments, as far as its words tell. */
export function filesInWords(
  program: string,
  words: readonly string[],
): readonly { readonly text: string; readonly at: number }[] {
  const parts = words.flatMap((word, at) => partsOf(word).map(text => ({ text, at })));
  if (!program.startsWith('qemu-')) return parts;
  const first = program === 'qemu-img' ? 1 : 0;
  const { rest }: HostWords = readHostWords(words, first, VALUED);
  return [
    ...parts,
    ...rest.filter(({ text }) => text !== '' && !partsOf(text).includes(text) && !SIZE.test(text)),
  ];
}

/** Options with a value that names no file by itself. */
const VALUED: ReadonlySet<string> = new Set([
  ...[
    '-f',
    '-F',
    '-O',
    '-o',
    '-l',
    '-S',
    '-m',
    '-r',
    '-t',
    '-T',
    '-a',
    '-c',
    '-d',
    '-s',
    '-i',
    '-x',
    '-p',
    '-e',
  ],
  ...['-B', '-b', '--object', '--backing-format', '--size', '--rate', '--output'],
]);
const SIZE = /^[+-]?\d+(?:\.\d+)?[kKMGTPEb]?$/;

/** What looks like a path in a word, be it the value of an option: `file=/a`, `-o backing_file=../b`. */
function partsOf(word: string): string[] {
  if (/^(?:json|nbd|nbd\+unix):/.test(word)) return [word];
  const parts = word.startsWith('-') || word.includes('=') ? word.split(/[=,]/) : [word];
  return parts.filter(part => part.includes('/') || part === '..');
}
