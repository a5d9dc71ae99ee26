/** A command line taken apart: the values of its options, and the words that are none, each with its number. */
export interface HostWords {
  readonly options: ReadonlyMap<string, string>;
  readonly rest: readonly { readonly text: string; readonly at: number }[];
}

/** Takes a command line apart; `valued` are the options that take the next word as their value: `-f`, `--object`. */
export function readHostWords(
  words: readonly string[],
  first: number,
  valued: ReadonlySet<string>,
): HostWords {
  const options = new Map<string, string>();
  const rest: { text: string; at: number }[] = [];
  let literal = false;
  for (let at = first; at < words.length; at++) {
    const text = words[at] ?? '';
    if (literal || !text.startsWith('-') || text === '-') rest.push({ text, at });
    else if (text === '--') literal = true;
    else if (text.startsWith('--') && text.includes('=')) {
      options.set(text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1));
    } else if (valued.has(text)) {
      at += 1;
      options.set(text, words[at] ?? '');
    } else if (!text.startsWith('--') && valued.has(text.slice(0, 2))) {
      options.set(text.slice(0, 2), text.slice(2));
    } else options.set(text, '');
  }
  return { options, rest };
}
