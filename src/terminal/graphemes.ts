const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
// Letters that never join with others of these: Latin, Greek, Cyrillic, kana, Han, Hangul. Spares most texts the segmenter.
const LETTERS =
  /^[\x20-\x7e\u00c0-\u024f\u0391-\u03ff\u0400-\u0481\u048a-\u052f\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]*$/;
// A cluster that is longer than this is no letter of any script; it is crossed in several steps.
const LONGEST = 256;

/** What a reader takes for one character each. A newline stands alone. */
export function graphemesOf(text: string): string[] {
  if (LETTERS.test(text)) return text.split('');
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
