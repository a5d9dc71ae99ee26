import { imageInUse } from '../../../diagnostics/catalogue/surroundings.ts';
import { holderOfFile, plainPath } from '../../../graph/file-users.ts';
import { fileKey, fileNamed, withFile } from '../../../graph/files.ts';
import type { BlockGraph, BlockNode, ImageFile, Refusal } from '../../../graph/graph.ts';
import { withEntry, withoutEntry } from '../../../graph/shared-map.ts';
import { Later } from '../../../qapi/placeholder.ts';
import type { HostStep } from '../../../statements/step.ts';
import { parseSize } from '../../../text/scalars.ts';
import { type HostWords, readHostWords } from './host-words.ts';

/** What a program does to files, as far as its words tell. Numbers are those of its arguments. */
interface FileChanges {
  /** Files written to, or taken away: none of them may be open in QEMU. */
  readonly writes: readonly FileWord[];
  /** The graph's files afterwards; `named` tells QEMU's name for a file that the program names. */
  apply(graph: BlockGraph, named: Naming): BlockGraph;
}

/** A word of a command line that names a file, with its number among the arguments. */
interface FileWord {
  readonly text: string;
  readonly at: number;
  /** A folder, with all that is in it. */
  readonly whole?: true;
}

type Naming = (filename: string) => string;

/**
 * What is known once a program of the host has run, or why it must not run: QEMU has a file open that it would change. What a
 * program does that is not known here makes every file unknown; its words are never run through a shell.
 */
export function afterHostProgram(graph: BlockGraph, step: HostStep): BlockGraph | Refusal {
  const changes = changesOf(step);
  if (changes === 'unknown') return forgetFiles(graph);
  const named = namesIn(step.folder);
  for (const { text, at, whole } of changes.writes) {
    const node = holderOfFile(graph, named(text)) ?? (whole && holderWithin(graph, named(text)));
    if (node) return imageInUse(at, whole ? (node.filename ?? text) : text, node.name, step.program);
  }
  return changes.apply(graph, named);
}

function holderWithin(graph: BlockGraph, folder: string): BlockNode | undefined {
  const open = [...graph.nodes.values()].flatMap(({ filename }) => filename ?? []);
  const inside = open.find(filename => isWithin(folder, filename));
  return inside === undefined ? undefined : holderOfFile(graph, inside);
}

/** Whether a file is in a folder, or further down in it, by their names. */
function isWithin(folder: string, filename: string): boolean {
  const path = plainPath(folder);
  if (path === '') return fileKey(filename) !== undefined && !/^(\/|\.\.(\/|$))/.test(plainPath(filename));
  return plainPath(filename).startsWith(path.endsWith('/') ? path : `${path}/`);
}

/** The files that a program writes to or takes away, as QEMU would name them; undefined: nobody knows. */
export function filesChangedByHost(step: HostStep): readonly (FileWord & { path: string })[] | undefined {
  const changes = changesOf(step);
  const named = namesIn(step.folder);
  return changes === 'unknown'
    ? undefined
    : changes.writes.map(word => ({ ...word, path: named(word.text) }));
}

/** Whether a program surely changes no file, whatever its words are. */
export function changesNothing(step: HostStep): boolean {
  return changesOf(step) === NOTHING;
}

/** Relative names as whole ones, where they begin in a folder that need not be QEMU's. */
function namesIn(folder: string | undefined): Naming {
  return filename => {
    const path = folder === undefined ? undefined : fileKey(filename);
    return path === undefined || path.startsWith('/') ? filename : plainPath(`${folder}/${path}`);
  };
}

/** Whether all that a program does to files is known, and it does something. */
export function hasKnownEffect(step: HostStep): boolean {
  const changes = changesOf(step);
  if (changes === 'unknown' || changes === NOTHING || step.program === 'qemu-io') return false;
  return !changes.writes.some(({ whole }) => whole);
}

/** The files that a program of the host makes or writes over, as it names them. */
export function filesWrittenByHost(step: HostStep): readonly string[] {
  const changes = MAKERS.has(`${step.program} ${String(step.arguments[0])}`) ? changesOf(step) : 'unknown';
  return changes === 'unknown' ? [] : changes.writes.map(({ text }) => namesIn(step.folder)(text));
}

const MAKERS: ReadonlySet<string> = new Set(['qemu-img create', 'qemu-img convert']);

const NOTHING: FileChanges = { writes: [], apply: graph => graph };

function changesOf({ program, arguments: words }: HostStep): FileChanges | 'unknown' {
  const known = words.filter(word => !(word instanceof Later)) as string[];
  if (READERS.has(program)) return NOTHING;
  if (program === 'qemu-img' && known[0] === words[0] && isQuestion(known)) return NOTHING;
  if (known.length < words.length) return 'unknown';
  if (program === 'qemu-img') return IMAGES[known[0] ?? '']?.(known) ?? 'unknown';
  if (program === 'qemu-io') return guestLike(known);
  const valued = program === 'rm' ? [] : ['-s', '-m', '-d', '-r', '-t'];
  return FILES[program]?.(readHostWords(known, 0, new Set(valued))) ?? 'unknown';
}

/** Programs that change no file, whatever they are told. */
const READERS: ReadonlySet<string> = new Set([
  ...['cat', 'cmp', 'false', 'ls', 'mkdir', 'od', 'rmdir', 'sha256sum', 'sleep', 'stat', 'test', 'true'],
]);

/** Whether `qemu-img` is only asked for something. */
function isQuestion([command = '', ...words]: readonly string[]): boolean {
  if (['info', 'compare', 'map', 'measure', '--version', '--help', '-V', '-h'].includes(command)) return true;
  return command === 'check' && !words.some(word => word === '-r' || word.startsWith('--repair'));
}

const IMAGE_OPTIONS: ReadonlySet<string> = new Set([
  ...['-f', '-F', '-b', '-B', '-O', '-o', '-l', '-S', '-m', '-r', '-t', '-T', '-a', '-c', '-d', '-s'],
  ...['--object', '--backing-format', '--size', '--rate'],
]);
/** Of these, options that are no more than a switch for the command at hand. */
const withoutSwitches = (...switches: readonly string[]) =>
  new Set([...IMAGE_OPTIONS].filter(option => !switches.includes(option)));

const IMAGES: Readonly<Record<string, (words: readonly string[]) => FileChanges>> = {
  create: words => created(readHostWords(words, 1, IMAGE_OPTIONS)),
  convert: words => converted(readHostWords(words, 1, withoutSwitches('-c'))),
  commit: words => rewritten(readHostWords(words, 1, withoutSwitches('-c', '-d'))),
  rebase: words => rewritten(readHostWords(words, 1, withoutSwitches('-c'))),
  amend: words => rewritten(readHostWords(words, 1, IMAGE_OPTIONS)),
  resize: words => {
    const { rest } = readHostWords(words, 1, IMAGE_OPTIONS);
    return rewriting(rest.slice(0, 1));
  },
  check: words => rewritten(readHostWords(words, 1, IMAGE_OPTIONS)),
  snapshot: words => {
    const { options, rest } = readHostWords(words, 1, withoutSwitches('-l'));
    return options.has('-l') ? NOTHING : rewriting(rest.slice(0, 1));
  },
};

function created({ options, rest }: HostWords): FileChanges {
  const [file, size] = rest;
  if (!file) return NOTHING;
  const named = new Map(
    (options.get('-o') ?? '').split(',').map(pair => pair.split('=', 2) as [string, string]),
  );
  const backing = options.get('-b') ?? named.get('backing_file');
  const backingFormat = options.get('-F') ?? named.get('backing_fmt');
  const bytes = bytesOf(size?.text ?? named.get('size'));
  return {
    writes: [file],
    apply: (graph, named) => {
      const below = backing === undefined ? undefined : fileNamed(graph, named(backing));
      return withFile(graph, {
        filename: named(file.text),
        format: options.get('-f') ?? 'raw',
        ...sized(bytes ?? below?.size),
        backing: backing ?? null,
        ...(backingFormat === undefined ? {} : { backingFormat }),
        bitmaps: [],
      });
    },
  };
}

function converted({ options, rest }: HostWords): FileChanges {
  const target = rest.at(-1);
  const [source, ...others] = rest.slice(0, -1);
  if (!target || !source) return NOTHING;
  const backing = options.get('-B') ?? options.get('-b');
  const facts = (graph: BlockGraph, named: Naming): ImageFile => ({
    filename: named(target.text),
    ...(options.has('-n')
      ? {}
      : { format: options.get('-O') ?? 'raw', backing: backing ?? null, bitmaps: [] }),
    ...(others.length > 0 || options.has('-n') ? {} : sized(fileNamed(graph, named(source.text))?.size)),
  });
  return { writes: [target], apply: (graph, named) => withFile(graph, facts(graph, named)) };
}

function rewritten({ rest }: HostWords): FileChanges {
  return rewriting(rest.slice(-1));
}

/** Images that are still there, and of whose insides nothing is known any more. */
function rewriting(writes: FileChanges['writes']): FileChanges {
  return {
    writes,
    apply: (graph, named) =>
      forgetSizes(
        writes.reduce((now, { text }) => withFile(now, { filename: named(text) }), graph),
        writes,
      ),
  };
}

/** What lies below an image that was committed, or over one that was resized, may have changed as well. */
function forgetSizes(graph: BlockGraph, writes: FileChanges['writes']): BlockGraph {
  const { files } = graph;
  if (!files || writes.length === 0) return graph;
  let now = files;
  for (const [key, { filename, format }] of files)
    now = withEntry(now, key, { filename, ...(format === undefined ? {} : { format }) });
  return { ...graph, files: now };
}

/** `qemu-io` writes as a guest does: what an image records of itself stays. */
function guestLike(words: readonly string[]): FileChanges {
  const { options, rest } = readHostWords(
    words,
    0,
    new Set(['-c', '-f', '-d', '-t', '-i', '-T', '--object']),
  );
  const isReader = options.has('-r') || options.has('--read-only');
  return isReader ? NOTHING : { writes: rest.slice(-1), apply: graph => graph };
}

const FILES: Readonly<Record<string, (words: HostWords) => FileChanges | 'unknown'>> = {
  rm: ({ rest, options }) =>
    [...options.keys()].some(option => /^-\w*[rR]|^--recursive/.test(option))
      ? { writes: rest.map(word => ({ ...word, whole: true })), apply: forgetFiles }
      : {
          writes: rest,
          apply: (graph, named) => rest.reduce((now, { text }) => withoutFile(now, named(text)), graph),
        },
  mv: ({ rest }) => moved(rest, true),
  cp: ({ rest }) => moved(rest, false),
  truncate: ({ rest }) => rewriting(rest),
  touch: ({ rest }) => ({
    writes: [],
    apply: (graph, named) =>
      rest
        .map(({ text }) => named(text))
        .reduce((now, filename) => (fileNamed(now, filename) ? now : withFile(now, { filename })), graph),
  }),
};

function moved(rest: HostWords['rest'], takesAway: boolean): FileChanges | 'unknown' {
  const [from, to, ...more] = rest;
  if (!from || !to || more.length > 0) return 'unknown';
  // Where the second is a folder, the file goes into it under its own name.
  const inside = { text: `${to.text}/${from.text.slice(from.text.lastIndexOf('/') + 1)}`, at: to.at };
  return {
    writes: takesAway ? [from, to, inside] : [to, inside],
    apply: (graph, named) => {
      const file = fileNamed(graph, named(from.text));
      const left = takesAway ? withoutFile(graph, named(from.text)) : graph;
      return withFile(left, { ...file, filename: named(to.text) });
    },
  };
}

function withoutFile(graph: BlockGraph, filename: string): BlockGraph {
  const key = fileKey(filename);
  if (key === undefined || !graph.files?.has(key)) return graph;
  return { ...graph, files: withoutEntry(graph.files, key) };
}

function forgetFiles({ files: _, filesComplete: __, ...graph }: BlockGraph): BlockGraph {
  return graph;
}

function sized(size: number | undefined): { readonly size?: number } {
  return size === undefined ? {} : { size };
}

/** A size as qemu-img takes it. */
function bytesOf(text: string | undefined): number | undefined {
  const size = text === undefined ? undefined : parseSize(text);
  return size === undefined ? undefined : Number(size);
}
