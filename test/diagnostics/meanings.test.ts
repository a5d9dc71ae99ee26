import { expect, test } from 'vitest';
import { meaningOf } from '../../src/diagnostics/catalogue/meanings.ts';

test.each([
  "Read-only block node 'E' cannot support read-write users",
  'Cannot make block node read-only, there is a writer on it',
])('that a node is written to is not taken for its being read-only: %s', reason => {
  expect(meaningOf(reason)).toMatch(/^somebody writes to it/);
});
