import * as say from '../diagnostics/catalogue/documents.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import { type Fence, readFences } from '../syntax/literate.ts';
import type { Source, Span } from '../text/source.ts';
import { surelyMeant } from '../text/suggest.ts';
import {
  type Expectation,
  expectations,
  type FenceSettings,
  isExpectation,
  readSettings,
} from './fence-settings.ts';

/** One script of a document, with what the document says of it. */
export interface DocumentCase extends FenceSettings {
  readonly name: string;
  /** Of the fence that opens it, counted from 1. */
  readonly line: number;
  /** The opening line in the document, for what is said of the case as a whole. */
  readonly opening: Span;
  /** What stands in the fence. */
  readonly text: string;
  /** The same, of which each offset is `from` less than in the document. */
  readonly padded: string;
  readonly from: number;
  /** What stands behind it; none for a file that is one script. */
  readonly expected: ReadonlyMap<Expectation, Fence>;
}

/** A document as it is tested: its scripts in order, and what is wrong with how it is written. */
export interface TestDocument {
  readonly source: Source;
  readonly cases: readonly DocumentCase[];
  readonly findings: readonly Finding[];
}

/** Words of other languages that are near to one of ours. */
const OTHER_LANGUAGES = ['plain', 'graphql', 'patch', 'plaintext', 'puml'];

/** A file that is one script: it has to run without failure. */
export function scriptDocument(source: Source): TestDocument {
  const one: DocumentCase = {
    name: source.name.split('/').at(-1) ?? source.name,
    line: 1,
    opening: { start: 0, end: 0 },
    text: source.text,
    padded: source.text,
    from: 0,
    expected: new Map(),
    ...readSettings([], []),
  };
  return { source, cases: [one], findings: [] };
}

/** The scripts of a Markdown document, each with the expectations behind it. */
export function readDocument(source: Source): TestDocument {
  const reader = new DocumentReader(source);
  for (const fence of readFences(source.text)) reader.take(fence);
  return { source, cases: reader.cases, findings: reader.findings };
}

class DocumentReader {
  readonly cases: DocumentCase[] = [];
  readonly findings: Finding[] = [];
  readonly #source: Source;
  readonly #counts = new Map<string, number>();
  /** What the script at hand is known to have behind it; undefined where the row has ended. */
  #expected: Map<Expectation, Fence> | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  take(fence: Fence): void {
    const { word } = fence;
    const at = this.#source.text.indexOf(word, fence.start);
    const span = { start: at, end: at + word.length };
    if (word === 'qblk') this.#script(fence);
    else if (isExpectation(word)) this.#expectation(word, fence, span);
    else {
      const meant = word.startsWith('qblk') ? 'qblk' : this.#meant(word);
      if (meant !== undefined) this.findings.push(say.misspeltFence(span, word, meant));
      this.#expected = undefined;
      return;
    }
    if (!fence.closed) this.findings.push(say.unclosedFence({ start: fence.start, end: fence.lineEnd }));
  }

  #meant(word: string): string | undefined {
    if (OTHER_LANGUAGES.includes(word)) return undefined;
    return surelyMeant(word, ['qblk', ...expectations]);
  }

  #script(fence: Fence): void {
    const settings = readSettings(fence.rest, this.findings);
    const name = fence.heading || 'before the first heading';
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    const opening = { start: fence.start, end: fence.lineEnd };
    this.#refuseContradictions(settings, opening);
    this.#expected = new Map();
    this.cases.push({
      ...settings,
      name: count === 1 ? name : `${name} (${count})`,
      line: fence.line,
      opening,
      text: fence.text,
      padded: fence.padded,
      from: fence.from,
      expected: this.#expected,
    });
  }

  #refuseContradictions({ flags }: FenceSettings, opening: Span): void {
    const last = this.cases.at(-1);
    if (flags.has('continue') && flags.has('check'))
      this.findings.push(say.fencesExclude(opening, 'check', '`continue`'));
    else if (flags.has('continue') && (!last || last.flags.has('check')))
      this.findings.push(say.nothingToContinue(opening));
  }

  #expectation(word: Expectation, fence: Fence, span: Span): void {
    const before = this.#expected?.get(word);
    const last = this.cases.at(-1);
    if (!this.#expected || !last) this.findings.push(say.strayFence(span, word));
    else if (before) this.findings.push(say.repeatedFence(span, word, before.line));
    else if (word === 'output' && last.flags.has('check'))
      this.findings.push(say.fencesExclude(span, 'output', 'a script that is only checked'));
    else this.#expected.set(word, fence);
  }
}

/** Whether the document says that the script fails. */
export function isToFail({ flags, expected }: DocumentCase): boolean {
  return flags.has('fails') || expected.has('failure');
}
