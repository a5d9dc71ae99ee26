import { describe, expect, test } from 'vitest';
import { JobIds } from '../../src/compile/evaluate/context.ts';
import { Scope } from '../../src/compile/evaluate/scope.ts';
import { NodeDatum } from '../../src/statements/datum.ts';
import { codesOf, holds } from './scripts.ts';

describe('scope', () => {
  test('an inner name hides an outer one, and ends with its block', () => {
    const outer = Scope.empty();
    outer.bind('x', 1);
    const inner = outer.inner();
    inner.bind('x', 2);
    inner.bind('y', 3);
    expect([inner.value('x'), inner.value('y'), outer.value('x'), outer.value('y')]).toEqual([
      2,
      3,
      1,
      undefined,
    ]);
  });

  test('nodes outlive the block that binds them, and are no variables', () => {
    const outer = Scope.empty();
    const node = new NodeDatum('B', 'node-B');
    outer.inner().bindNode('B', node);
    expect(outer.node('B')).toBe(node);
    expect(outer.value('B')).toBe(node);
    outer.bind('C', 'B');
    expect(outer.node('C')).toBeUndefined();
  });

  test('false, zero and empty text are values', () => {
    const scope = Scope.empty().inner();
    for (const value of [false, 0, '', 0n]) {
      scope.bind('x', value);
      expect(scope.value('x')).toBe(value);
    }
  });

  test('a block sees what was bound before it, and what it binds ends with it', async () => {
    expect(await holds('$x == 2', 'let x = 1\nif 1 == 1 { let x = 7 }\nlet x = 2')).toBe(true);
    expect(await codesOf('if 1 == 1 { let x = 1 }\nprint "${x}"')).toEqual(['unknown-name']);
    expect(await codesOf('for i in [1] { print "${i}" }\nprint "${i}"')).toEqual(['unknown-name']);
  });

  test('`$error` is known in `else` alone', async () => {
    expect(await codesOf('query-jobs else { print "${error}" }')).toEqual([]);
    expect(await codesOf('query-jobs else { print "x" }\nprint "${error}"')).toEqual(['unknown-name']);
  });
});

describe('job ids', () => {
  test('count from 0 for each type, and pass over what is taken', () => {
    const ids = new JobIds(['commit1']);
    expect([ids.make('commit'), ids.make('commit'), ids.make('mirror')]).toEqual([
      'commit0',
      'commit2',
      'mirror0',
    ]);
    ids.take('mirror1');
    expect(ids.make('mirror')).toBe('mirror2');
  });
});
