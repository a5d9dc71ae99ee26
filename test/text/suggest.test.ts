import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { suggest, surelyMeant } from '../../src/text/suggest.ts';

const verbs = [
  'snapshot',
  'stream',
  'commit',
  'mirror',
  'backup',
  'create',
  'add',
  'del',
  'resize',
  'pivot',
  'cancel',
];

describe('suggest', () => {
  test.each([
    ['comit', ['commit']],
    ['comimt', ['commit']],
    ['mirorr', ['mirror']],
    ['Commit', ['commit']],
    ['snap', ['snapshot']],
    ['dle', ['del']],
    ['frobnicate', []],
    ['', []],
  ])('%j means %j', (word, meant) => {
    expect(suggest(word, verbs)).toEqual(meant);
  });

  test('underscores count as hyphens', () => {
    expect(suggest('block_commit', ['block-commit', 'block-stream'])).toEqual(['block-commit']);
  });

  test('the nearest comes first, and three are enough', () => {
    const names = suggest('node-A', ['node-E', 'node-D', 'node-C', 'node-B', 'node-a']);
    expect(names[0]).toBe('node-a');
    expect(names).toHaveLength(3);
  });

  test('a name is suggested once', () => {
    expect(suggest('comit', ['commit', 'commit'])).toEqual(['commit']);
  });

  test('a word that is there is the first suggestion for itself', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z][a-z-]{3,12}$/), { minLength: 1 }), words => {
        for (const word of words) {
          const [best] = suggest(word, words);
          expect(best?.startsWith(word)).toBe(true);
        }
      }),
    );
  });
});

describe('surelyMeant', () => {
  test.each([
    ['comit', 'commit'],
    ['Commit', 'commit'],
    ['comimt', 'commit'],
    ['mirorr', 'mirror'],
    ['cretae', 'create'],
    // A mere beginning, a word that is there, and one that is too far away are no misspellings.
    ['snap', undefined],
    ['commit', undefined],
    ['frobnicate', undefined],
    ['ad', undefined],
    ['', undefined],
  ])('%j is %j', (word, meant) => {
    expect(surelyMeant(word, verbs)).toBe(meant);
  });

  test('underscores count as hyphens', () => {
    expect(surelyMeant('block_commit', ['block-commit', 'block-stream'])).toBe('block-commit');
  });

  test('of two that are equally near, or nearly so, neither is sure', () => {
    expect(surelyMeant('node-C', ['node-A', 'node-B'])).toBeUndefined();
    expect(surelyMeant('backpus', ['backups', 'backup'])).toBe('backups');
    expect(surelyMeant('streaming', ['stream-in', 'streams-ing'])).toBeUndefined();
  });

  test('it is always one of the candidates, and always a suggestion', () => {
    const word = fc.stringMatching(/^[a-d-]{3,8}$/);
    fc.assert(
      fc.property(word, fc.uniqueArray(word, { maxLength: 8 }), (wanted, names) => {
        const meant = surelyMeant(wanted, names);
        if (meant === undefined) return;
        expect(names).toContain(meant);
        expect(suggest(wanted, names)).toContain(meant);
      }),
    );
  });
});
