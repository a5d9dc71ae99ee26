import { describe, expect, test } from 'vitest';
import { codesOf, holds } from './scripts.ts';

const data = `
let list = [1, 2, "three"]
let record = {"id": "x", "deep": {"list": [true, {"id": "y", "size": 64}]}, "none": null}
`;

describe('conditions on values', () => {
  test.each([
    ['1 == 1', true],
    ['1 != 1', false],
    ['"a" == "b"', false],
    ['1 == "1"', false],
    ['64K == 65536', true],
    ['1.5M == 1572864', true],
    ['0x10 == 16', true],
    ['90s == 90000', true],
    ['500ms < 1s', true],
    ['2 < 10', true],
    ['"2" < "10"', false],
    ['9007199254740993 > 9007199254740992', true],
    ['9007199254740993 == 9007199254740992', false],
    ['18446744073709551615 == 18446744073709551615', true],
    ['-1 < 0', true],
    ['on and true', true],
    ['off or false', false],
    ['not off', true],
    ['not (1 == 1 and 1 == 2)', true],
    ['1 == 2 and 1 == 1 or 2 == 2', true],
    ['[1, [2]] == [1, [2]]', true],
    ['[1, 2] == [2, 1]', false],
    ['{"a": 1, "b": [2]} == {"b": [2], "a": 1}', true],
  ])('%s is %s', async (condition, answer) => {
    expect(await holds(condition)).toBe(answer);
  });

  test.each([
    ['null', false],
    ['0', false],
    ['""', false],
    ['[]', false],
    ['1', true],
    ['"false"', true],
    ['[0]', true],
    ['{"a": 1}', true],
  ])('%s counts as %s', async (value, answer) => {
    expect(await holds(value)).toBe(answer);
  });

  test.each([
    ['len($list) == 3', true],
    ['len("four") == 4', true],
    ['len({"a": 1}) == 1', true],
    ['len(null) == 0', true],
    ['$list[0] == 1', true],
    ['$list[-1] == "three"', true],
    ['$list["three"] == "three"', true],
    ['$record.deep.list[1].size == 64', true],
    ['$record.deep.list["y"].size == 64', true],
    ['$record["id"] == "x"', true],
    ['"three" in $list', true],
    ['4 in $list', false],
    ['4 not in $list', true],
    ['"hre" in "three"', true],
    ['1 in null', false],
  ])('%s is %s', async (condition, answer) => {
    expect(await holds(condition, data)).toBe(answer);
  });

  test.each([
    ['$record.missing', false],
    ['$record.missing.more[3].still', false],
    ['$record.missing == null', true],
    ['$record.none == null', true],
    ['$record.missing < 5', false],
    ['$record.missing >= 5', false],
    ['not $record.missing', true],
    ['$list[7]', false],
  ])('what is missing is null, and null is false: %s is %s', async (condition, answer) => {
    expect(await holds(condition, data)).toBe(answer);
  });

  test('what only a run will show decides nothing, unless the rest does', async () => {
    expect(await holds('len(query-jobs) > 0')).toBe('later');
    expect(await holds('len(query-jobs) > 0 and 1 == 2')).toBe(false);
    expect(await holds('1 == 1 or len(query-jobs) > 0')).toBe(true);
    expect(await holds('len(query-jobs) > 0 or 1 == 1')).toBe(true);
    expect(await holds('not len(query-jobs)')).toBe('later');
  });
});

describe('values that make no sense', () => {
  test.each([
    ['expect 1 < "a"', 'not-comparable'],
    ['expect [1] < [2]', 'not-comparable'],
    ['expect 1 in 2', 'not-a-list'],
    ['expect len(1) == 1', 'no-length'],
    ['expect len(1, 2) == 1', 'one-argument'],
    ['expect size([1]) == 1', 'unknown-function'],
    ['let list = [1]\nexpect $list[on]', 'not-an-index'],
    ['let list = [1]\nprint "${list}"', 'not-text'],
    ['expect $nobody == 1', 'unknown-name'],
    ['for x in 5 { print "x" }', 'not-a-list'],
  ])('%s is %s', async (text, code) => {
    expect(await codesOf(text)).toEqual([code]);
  });

  test('`and` and `or` stop where the answer is known', async () => {
    expect(await holds('1 == 2 and 1 < "a"')).toBe(false);
    expect(await holds('1 == 1 or 1 < "a"')).toBe(true);
  });
});
