import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { findEngine } from '../../src/testing/engine.ts';
import { findDocuments } from '../../src/testing/find-documents.ts';
import { loadDocument } from '../../src/testing/load-document.ts';
import { rowsThatRun, testRows } from '../support/documents.ts';
import { testEngines } from '../support/engines.ts';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const documents = findDocuments([examples]).map(loadDocument);
const engines = testEngines();

describe.skipIf(engines.length === 0).each(engines)('on $name', ({ kind, program }) => {
  beforeAll(() => {
    vi.stubEnv('QBLK_QEMU', dirname(program));
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });
  for (const document of documents) {
    const rows = rowsThatRun(document);
    if (rows.length === 0) continue;
    describe.concurrent(relative(examples, document.path), () => testRows(rows, () => findEngine(kind)));
  }
});
