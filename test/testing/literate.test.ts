import { describe, expect, test } from 'vitest';
import { readFences } from '../../src/syntax/literate.ts';

const read = (text: string) =>
  readFences(text).map(({ word, text: inside, closed }) => [word, inside, closed]);

describe('fences as CommonMark has them', () => {
  test.each([
    ['of back ticks', '```qblk\na\n```\n', [['qblk', 'a\n', true]]],
    ['of tildes', '~~~qblk\na\n~~~\n', [['qblk', 'a\n', true]]],
    ['longer ones hold shorter ones', '````md\n```qblk\na\n```\n````\n', [['md', '```qblk\na\n```\n', true]]],
    ['the end may be longer', '```a\nb\n`````\n', [['a', 'b\n', true]]],
    ['marks of the other kind do not end it', '```a\n~~~\n```\n', [['a', '~~~\n', true]]],
    [
      'indented by up to three, and so is what is in it',
      '   ```a\n   b\n     c\n  ```\n',
      [['a', 'b\n  c\n', true]],
    ],
    ['indented by four it is code', '    ```a\n    b\n    ```\n', []],
    ['in an item of a list', '- x\n\n  ```a\n  b\n\n    c\n  ```\n', [['a', 'b\n\n  c\n', true]]],
    ['right behind the mark of an item', '1. ```a\n   b\n   ```\n', [['a', 'b\n', true]]],
    ['in a quote', '> ```a\n> b\n>\n> ```\n', [['a', 'b\n\n', true]]],
    ['in a list in a quote', '> - ```a\n>   b\n>   ```\n', [['a', 'b\n', true]]],
    ['one line of marks and words is code in a line', '```a```\nb\n', []],
    ['in a comment nothing is a fence', '<!--\n```a\nb\n```\n-->\n```c\n```\n', [['c', '', true]]],
    ['with Windows line ends', '```a\r\nb\r\n```\r\n', [['a', 'b\n', true]]],
    ['to the end of the text', '```a\nb', [['a', 'b\n', false]]],
    [
      'to the end of its list',
      '- ```a\n  b\n\nc\n```d\n```\n',
      [
        ['a', 'b\n\n', false],
        ['d', '', true],
      ],
    ],
    ['to the end of its quote', '> ```a\n> b\nc\n', [['a', 'b\n', false]]],
    ['empty', '```a\n```\n', [['a', '', true]]],
    ['without a word', '```\nb\n```\n', [['', 'b\n', true]]],
  ])('%s', (_, text, fences) => {
    expect(read(text)).toEqual(fences);
  });

  test('the words behind the first, with their places', () => {
    const text = 'x\n\n``` qblk  continue a=b\n```\n';
    const [fence] = readFences(text);
    expect(fence?.line).toBe(3);
    expect(fence?.rest.map(({ text: word }) => word)).toEqual(['continue', 'a=b']);
    for (const { text: word, start } of fence?.rest ?? [])
      expect(text.slice(start, start + word.length)).toBe(word);
  });

  test('the heading above', () => {
    const fences = readFences('```a\n```\n# One #\n```b\n```\n### Two\n- x\n  ```c\n  ```\n');
    expect(fences.map(({ heading }) => heading)).toEqual(['', 'One', 'Two']);
  });

  test.each([
    '```a\nb\n  c\n```\n',
    '> - ```a\n>   b\n>     c\n>   ```\n',
    '  ~~~a\r\n  b\r\n    c\r\n  ~~~\r\n',
  ])('what stands in %j stands at the same places as in the document', text => {
    const [fence] = readFences(text);
    if (!fence) throw new Error('no fence');
    expect(fence.padded).toHaveLength(fence.to - fence.from);
    for (const letter of ['b', 'c']) expect(text[fence.from + fence.padded.indexOf(letter)]).toBe(letter);
    expect(fence.padded.replace(/[bc\s]/g, '')).toBe('');
  });

  test('a byte order mark hides no first line', () => {
    const [fence] = readFences('\uFEFF# One\n```a\nb\n```\n');
    expect(fence).toMatchObject({ heading: 'One', word: 'a', line: 2, start: 7 });
    expect(readFences('\uFEFF```a\n```\n')).toMatchObject([{ word: 'a', start: 1 }]);
  });
});
