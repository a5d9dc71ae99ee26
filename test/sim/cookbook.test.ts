import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findEngine } from '../../src/testing/engine.ts';
import { findDocuments } from '../../src/testing/find-documents.ts';
import { loadDocument } from '../../src/testing/load-document.ts';
import { rowsThatRun, testRows } from '../support/documents.ts';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));

describe.each(findDocuments([examples]).map(path => [relative(examples, path), loadDocument(path)] as const))(
  '%s',
  (_, document) => {
    test('is written as it should be', () => {
      expect(document.findings.map(({ message }) => message)).toEqual([]);
    });
    const rows = rowsThatRun(document);
    testRows(rows, () => findEngine('sim'));
  },
);
