import fc from 'fast-check';

/** Characters of every width that a terminal knows. */
export const letter = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...'abcz=:"{}[]/.-09 ') },
  { weight: 2, arbitrary: fc.constantFrom('日', '本', '한', 'あ', '，', 'Ａ') },
  { weight: 2, arbitrary: fc.constantFrom('é', 'e\u0301', 'ä', 'ñ', 'Ω', 'я', '→', '…', '█') },
  { weight: 1, arbitrary: fc.constantFrom('😀', '👍🏽', '👨‍👩‍👧', '🇩🇪', '❤️', '🚀') },
  { weight: 1, arbitrary: fc.constantFrom('\t', '\x1b', '\x07', '\u202e', '\u200b', '\u0301', '\x9b') },
);
