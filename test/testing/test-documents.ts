import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type EngineName, findEngine } from '../../src/testing/engine.ts';
import { loadDocument, loadText } from '../../src/testing/load-document.ts';
import type { CaseReport, TestReport } from '../../src/testing/report.ts';
import { runDocuments, type TestOptions } from '../../src/testing/run-documents.ts';

/** A fence of a Markdown document. */
export function fence(info: string, text: string): string {
  return `\`\`\`${info}\n${text}\n\`\`\`\n`;
}

/** Runs a text as a Markdown document, on the simulator where nothing else is said. */
export async function runText(
  text: string,
  options: Partial<Omit<TestOptions, 'engine'>> & {
    readonly engine?: EngineName;
    readonly name?: string;
  } = {},
): Promise<TestReport> {
  const { engine = 'sim', name = 'doc.md', ...more } = options;
  return runDocuments([loadText({ name, text })], { ...more, engine: await findEngine(engine) });
}

/** The cases of a report's only document. */
export function casesOf(report: TestReport): readonly CaseReport[] {
  const [document, other] = report.documents;
  if (!document || other) throw new Error('not one document');
  return document.cases;
}

/** A folder of documents that goes with the test. */
export interface Folder {
  readonly path: string;
  write(name: string, text: string): string;
  read(name: string): string;
  load(name: string): ReturnType<typeof loadDocument>;
  remove(): void;
}

export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'qblk-documents-'));
  return {
    path,
    write(name, text) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    read: name => readFileSync(join(path, name), 'utf8'),
    load: name => loadDocument(join(path, name)),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
