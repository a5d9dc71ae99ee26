import { expect, test } from 'vitest';
import { keyOf } from '../../src/repl/editing/key.ts';
import { answering, questionText } from '../../src/repl/question.ts';

const GRAVE = [
  { key: 'y', word: 'yes', isGrave: true as const },
  { key: 'n', word: 'no' },
];
const LIGHT = [
  { key: 'g', word: 'go on' },
  { key: 'l', word: 'leave it' },
];

/** What comes of some keys, `⏎` being Enter; undefined while the question is open. */
function answered(keys: string, answers: typeof GRAVE | typeof LIGHT): string | undefined {
  let typed = '';
  for (const sign of keys) {
    const key = sign === '⏎' ? keyOf('\r', { name: 'return' }) : keyOf(sign, { name: sign });
    const next = answering(key, answers, typed);
    if (next.word !== undefined) return next.word;
    typed = next.typed;
  }
  return undefined;
}

test.each([
  ['y', undefined],
  ['y⏎', 'yes'],
  ['yes⏎', 'yes'],
  ['n', 'no'],
  ['⏎', 'no'],
  ['query-block-jobs⏎', 'no'],
  ['mirror D target=M⏎', 'no'],
  ['yet another⏎', 'no'],
])('%s to what can not be taken back: %s', (keys, word) => expect(answered(keys, GRAVE)).toBe(word));

test.each([
  ['l', 'leave it'],
  ['xg', 'go on'],
  ['⏎', 'leave it'],
])('%s to what can: %s', (keys, word) => expect(answered(keys, LIGHT)).toBe(word));

test('the question says what to press', () => {
  expect(questionText('Go on?', GRAVE)).toBe('Go on? yes and Enter, (n)o');
});
