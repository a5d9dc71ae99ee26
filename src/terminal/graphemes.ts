const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
// A cluster that is longer than this is no letter of any script; it is crossed in several steps.
const LONGEST = 256;

/** What a reader takes for one character each. A newline stands alone. */
export function graphemesOf(text: string): string[] {
  if (PRINTABLE_ASCII.test(text)) return [...text];
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The offset behind the grapheme that begins at `at`; the end of the text where there is none. Takes the same time in any text. */
export function graphemeAfter(text: string, at: number): number {
  const [first] = segmenter.segment(text.slice(at, at + LONGEST));
  return Math.min(text.length, at + (first?.segment.length ?? 0));
}

/** The offset where the grapheme before `at` begins; 0 where there is none. Takes the same time in any text. */
export function graphemeBefore(text: string, at: number): number {
  const from = Math.max(0, at - LONGEST, text.lastIndexOf('\n', at - 2) + 1);
  const last = Array.from(segmenter.segment(text.slice(from, at))).at(-1);
  return at - (last?.segment.length ?? 0);
}
