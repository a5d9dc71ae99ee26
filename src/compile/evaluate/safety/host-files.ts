/** A word of a `$` line, or a part of one, that names a file. */
export interface NamedInWords {
  readonly text: string;
  /** The word's number among the arguments. */
  readonly at: number;
  /** An image records it: where it is no whole path, it begins in that image's folder. */
  readonly isBacking?: true;
}

type Part = Omit<NamedInWords, 'at'>;

/** The words of a `$` line that name files, as far as its words tell. */
export function filesInWords(program: string, words: readonly string[]): readonly NamedInWords[] {
  const command = program === 'qemu-img' ? (words[0] ?? '') : '';
  const valued = valuedOptions(program, command);
  if (!valued) return words.flatMap((word, at) => ofAnyProgram(program, word).map(part => ({ ...part, at })));
  const named: NamedInWords[] = [];
  const add = (at: number, parts: readonly Part[]) => named.push(...parts.map(part => ({ ...part, at })));
  let isLiteral = false;
  for (let at = program === 'qemu-img' ? 1 : 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const option = isLiteral ? undefined : optionOf(word, valued);
    if (option === undefined) {
      if (word === '--' && !isLiteral) isLiteral = true;
      else add(at, isNoFile(word) ? partsOf(word) : [{ text: word }]);
      continue;
    }
    const next = words[at + 1];
    const follows = option.value === undefined && valued.has(option.name) && !next?.startsWith('-');
    if (follows) at += 1;
    add(at, valueParts(program, command, option.name, follows ? next : option.value));
  }
  return named;
}

/** Options with a value, by their program; undefined for one whose options are not known. */
function valuedOptions(program: string, command: string): ReadonlySet<string> | undefined {
  const valued = VALUED[program];
  const more = program === 'qemu-img' ? (ALSO_VALUED[command] ?? []) : [];
  return valued && new Set([...valued, ...more]);
}

/** A size, or a list of options that has its files inside. */
function isNoFile(word: string): boolean {
  return word === '' || word === '-' || SIZE.test(word) || /^[\w.-]+=/.test(word);
}

const VALUED: Readonly<Record<string, ReadonlySet<string>>> = {
  'qemu-img': optionsOf('f F O o S m r t T b B', 'object backing-format size rate output pattern'),
  'qemu-io': optionsOf('f c d t i T', 'object format cmd discard cache aio trace'),
  'qemu-nbd': optionsOf(
    'p b k e x D o B T c f l',
    'port bind socket shared export-name description offset bitmap object tls-creds tls-authz trace connect format',
    'pid-file selinux-label load-snapshot cache aio discard detect-zeroes',
  ),
};
/** Options that are a switch for other commands of qemu-img. */
const ALSO_VALUED: Readonly<Record<string, readonly string[]>> = {
  bench: ['-c', '-d', '-i', '-s'],
  bitmap: ['-g'],
  convert: ['-l'],
  snapshot: ['-a', '-c', '-d'],
};
const SIZE = /^[+-]?\d+(?:\.\d+)?[kKMGTPEb]?$/;
/** Programs whose plain words are files. */
const OF_FILES: ReadonlySet<string> = new Set([
  ...['cat', 'cmp', 'cp', 'ls', 'mkdir', 'mv', 'rm', 'rmdir', 'sha256sum', 'touch'],
]);

function optionsOf(letters: string, ...names: readonly string[]): ReadonlySet<string> {
  const long = names.flatMap(some => some.split(' ')).map(name => `--${name}`);
  return new Set([...letters.split(' ').map(letter => `-${letter}`), ...long]);
}

/** The option that a word is, with the value that it holds itself; of switches in one word, the last. Undefined for no option. */
function optionOf(
  word: string,
  valued: ReadonlySet<string>,
): { readonly name: string; readonly value?: string } | undefined {
  if (!word.startsWith('-') || word === '-' || word === '--') return undefined;
  if (word.startsWith('--')) {
    const [name = '', ...rest] = word.split('=');
    return rest.length === 0 ? { name } : { name, value: rest.join('=') };
  }
  const at = [...word].findIndex((letter, index) => index > 0 && valued.has(`-${letter}`));
  const name = `-${word[at === -1 ? 1 : at]}`;
  const value = at === -1 ? word.slice(2) : word.slice(at + 1);
  return value === '' ? { name } : { name, value };
}

function valueParts(program: string, command: string, name: string, value = ''): readonly Part[] {
  if (value === '') return [];
  if (program === 'qemu-img' && name === '-b')
    return [command === 'bitmap' ? { text: value } : { text: value, isBacking: true }];
  if (program === 'qemu-io' && (name === '-c' || name === '--cmd')) return inCommand(value);
  return partsOf(value);
}

/** What a command of qemu-io opens: an image, or what it is to write. */
function inCommand(line: string): readonly Part[] {
  const [command = '', ...words] = line.split(' ').filter(word => word !== '');
  const parts = words.flatMap(partsOf);
  const source = words.flatMap((word, at) => (word === '-s' ? (words[at + 1] ?? []) : []));
  const plain = /^o(?:pen)?$/.test(command) ? words.filter(word => !word.startsWith('-')) : [];
  const glued = words.flatMap(word => /^-[a-zA-Z]+?(?=[./])(.+)$/.exec(word)?.[1] ?? []);
  return [...parts, ...[...source, ...plain, ...glued].map(text => ({ text }))];
}

function ofAnyProgram(program: string, word: string): readonly Part[] {
  const glued = /^-[a-zA-Z]+?([./].*)$/.exec(word)?.[1];
  const isFile = OF_FILES.has(program) && !word.startsWith('-') && word !== '' && !SIZE.test(word);
  return [
    ...(glued === undefined ? [] : [{ text: glued }]),
    ...(isFile ? [{ text: word }] : []),
    ...partsOf(word),
  ];
}

/** What looks like a path in a word, be it the value of an option: `file=/a`, `-o backing_file=../b`. */
function partsOf(word: string): readonly Part[] {
  if (/^nbd(?:\+unix)?:/.test(word)) return [{ text: word }];
  const json = word.indexOf('json:');
  if (json >= 0) return [...partsOf(word.slice(0, json)), { text: word.slice(json) }];
  const isList = word.startsWith('-') || word.includes('=');
  const whole = word.startsWith('/') ? [{ text: word }] : [];
  if (!isList) return looksLikeFile(word) ? [{ text: word }] : [];
  return [
    ...whole,
    ...word.split(',').flatMap(member => {
      const [key = '', ...values] = member.split('=');
      const isBacking = key === 'backing_file';
      const isFile = FILE_OPTION.test(key);
      const named = values.filter(value => value !== '' && (isFile || looksLikeFile(value)));
      return [
        ...(looksLikeFile(key) ? [{ text: key }] : []),
        ...named.map((text): Part => (isBacking ? { text, isBacking } : { text })),
      ];
    }),
  ];
}

/** Names of options whose value is a file, however it looks. */
const FILE_OPTION = /(?:^|[._-])(?:filename|file|path|dir)$|^[io]f$/;

function looksLikeFile(text: string): boolean {
  return text.includes('/') || text === '..';
}
