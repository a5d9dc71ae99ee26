import { formatProbed } from '../../../diagnostics/catalogue/safety.ts';
import type { Finding } from '../../../diagnostics/diagnostic.ts';
import { fileNamed } from '../../../graph/files.ts';
import type { BlockGraph } from '../../../graph/graph.ts';
import type { KnownWord } from './host-rules.ts';
import { readHostWords } from './host-words.ts';

/**
 * The commands of qemu-img that read or write through an image, with the options that say its format: of the first file, and of
 * the second. What only tells of an image, `info`, opens nothing that the image names.
 */
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  amend: ['-f'],
  bench: ['-f'],
  check: ['-f'],
  commit: ['-f'],
  compare: ['-f', '-F'],
  convert: ['-f'],
  dd: ['-f'],
  map: ['-f'],
  rebase: ['-f'],
  resize: ['-f'],
  snapshot: ['-f'],
};

/** Options that take a value. */
const VALUED: ReadonlySet<string> = new Set([
  ...['-f', '-F', '-b', '-B', '-O', '-o', '-l', '-S', '-m', '-r', '-t', '-T', '-a', '-s'],
  ...['--object', '--backing-format', '--size', '--rate'],
]);
/** Of these, options that are no more than a switch for a command. */
const SWITCHES: Readonly<Record<string, readonly string[]>> = {
  compare: ['-s'],
  convert: [],
  snapshot: ['-l'],
};

/** What to say of a line that has qemu-img look for a format in an image's data: a raw image's are the guest's own. */
export function probedByHost(
  program: string,
  words: readonly KnownWord[],
  graph: BlockGraph,
): Finding | undefined {
  if (program !== 'qemu-img' || words.some(({ text }) => text === undefined)) return undefined;
  const texts = words.map(({ text = '' }) => text);
  const [command = ''] = texts;
  const switches = SWITCHES[command] ?? [];
  const valued = new Set([...VALUED].filter(option => !switches.includes(option)));
  const { options, rest } = readHostWords(texts, 1, valued);
  if (options.has('--image-opts')) return undefined;
  const at = (index: number | undefined) => words[index ?? 0]?.span;
  if (command === 'create' || command === 'rebase') {
    const below = options.get('-b') ?? /(?:^|,)backing_file=([^,]*)/.exec(options.get('-o') ?? '')?.[1];
    const isSaid =
      options.has('-F') || options.has('-B') || /(?:^|,)backing_fmt=/.test(options.get('-o') ?? '');
    const span = at(texts.findIndex(text => below !== undefined && text.includes(below)));
    if (below && !isSaid && span) return formatProbed(span, below, '-F');
  }
  for (const [number, option] of (FORMATS[command] ?? []).entries()) {
    const file = rest[number];
    const span = at(file?.at);
    if (!file || !span || options.has(option) || /^[a-z][\w+]*:/i.test(file.text)) continue;
    const known = fileNamed(graph, file.text)?.format;
    if (known === undefined || known === 'raw') return formatProbed(span, file.text, option);
  }
  return undefined;
}
