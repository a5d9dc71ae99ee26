import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { moveSpans } from '../syntax/move-spans.ts';
import { type Parsed, parse } from '../syntax/parse.ts';
import { decodeUtf8, loadSource, whyUnreadable } from '../target/load-script.ts';
import { UsageError } from '../target/usage-error.ts';
import { filesOnDisk, linkUsed } from '../target/used-files.ts';
import { endOf, type Source, type UsedFile } from '../text/source.ts';
import { type DocumentCase, readDocument, scriptDocument, type TestDocument } from './read-document.ts';

/** A case with its script parsed. Every offset in it counts in the document, and goes on behind its end in the files that it uses. */
export interface LoadedCase extends DocumentCase {
  readonly parsed: Parsed;
  /** The document with the files that its scripts use: for what is told of a failure. */
  readonly document: Source;
  /** The same places by the lines of the scripts themselves: for the texts that a document states. */
  readonly scripts: Source;
}

/** A document whose scripts are parsed. */
export interface LoadedDocument extends Omit<TestDocument, 'cases'> {
  /** Where it is; `source` has the name to show. */
  readonly path: string;
  readonly cases: readonly LoadedCase[];
}

/** What expected texts call the script of a fence. */
const SCRIPT_NAME = 'script.qblk';

/** Reads a document, and the files that its scripts use. Throws a UsageError where it cannot be read itself. */
export function loadDocument(path: string): LoadedDocument {
  let text: string;
  try {
    text = decodeUtf8(readFileSync(path));
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${whyUnreadable(error)}`);
  }
  return loadText({ name: path, text });
}

/** The same of a text that is read already; files that it uses are looked for beside its name. */
export function loadText(source: Source): LoadedDocument {
  const isScript = extname(source.name) === '.qblk';
  const document = isScript ? scriptDocument(source) : readDocument(source);
  const cases = isScript
    ? document.cases.map(one => loadScriptFile(one, source))
    : loadFences(document.cases, source);
  return { ...document, path: source.name, cases };
}

function loadScriptFile(one: DocumentCase, source: Source): LoadedCase {
  const loaded = loadSource(source);
  return { ...one, parsed: loaded, document: loaded.source, scripts: loaded.source };
}

function loadFences(cases: readonly DocumentCase[], source: Source): LoadedCase[] {
  const used: UsedFile[] = [];
  const fences = cases.map(({ padded, from }) => ({
    file: { name: SCRIPT_NAME, text: padded },
    start: from,
  }));
  return cases.map(one => {
    const moved = moveSpans(parse(one.padded), one.from);
    // Scripts may go on where others end, so the files that each uses have places of their own.
    const behind = { name: source.name, text: source.text.padEnd(endOf({ text: source.text, used })) };
    const linked = linkUsed(behind, moved, filesOnDisk);
    used.push(...(linked.source.used ?? []));
    return {
      ...one,
      parsed: linked,
      document: { ...source, used: [...used] },
      scripts: {
        name: SCRIPT_NAME,
        text: '',
        used: [...fences.map(fence => ({ ...fence, isOwn: fence.start === one.from })), ...used],
      },
    };
  });
}
