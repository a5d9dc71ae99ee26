import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findDocuments } from '../../src/testing/find-documents.ts';
import { type Folder, makeFolder } from './test-documents.ts';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

test('a pipe is no document: nobody may ever write to it', () => {
  const pipe = join(folder.path, 'pipe.md');
  execFileSync('mkfifo', [pipe]);
  expect(() => findDocuments([pipe])).toThrow('is no regular file');
});
