import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import * as problems from '../diagnostics/catalogue/used-files.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import type { Script, Statement, UseStatement, Value } from '../syntax/ast.ts';
import { moveSpans } from '../syntax/move-spans.ts';
import { type Parsed, parse } from '../syntax/parse.ts';
import { endOf, type Source, type Span, type UsedFile } from '../text/source.ts';
import { decodeUtf8, type LoadedScript, whyUnreadable } from './load-script.ts';

/** Finds the files that scripts use. Throws where one cannot be read. */
export interface Files {
  read(name: string): FoundFile;
  /** What tells a source from the files that it uses; undefined for one that is no file. */
  identify(source: Source): string | undefined;
}

interface FoundFile {
  /** The same for one file under several names. */
  readonly id: string;
  readonly text: string;
}

/** The files of this machine. Only regular ones: reading from a pipe may never end. */
export const filesOnDisk: Files = {
  read(name) {
    if (!statSync(name).isFile() && !statSync(name).isDirectory()) throw new Error('it is no regular file');
    return { id: realpathSync(name), text: decodeUtf8(readFileSync(name)) };
  },
  identify({ name }) {
    try {
      return realpathSync(name);
    } catch {
      return undefined;
    }
  },
};

/** The files that a source brings along: nothing is read. */
export function filesOfSource({ used = [] }: Source): Files {
  return {
    read(name) {
      const found = used.find(({ file, otherNames = [] }) => file.name === name || otherNames.includes(name));
      if (!found) throw new Error('the plan does not have it');
      return { id: found.file.name, text: found.file.text };
    },
    identify: ({ name }) => name,
  };
}

/**
 * A parsed script with the files that it uses, each read once, hung into their `use` statements. Their spans go on behind the
 * script's own, and so do those of their syntax errors.
 */
export function linkUsed(source: Source, parsed: Parsed, files: Files): LoadedScript {
  if (!parsed.script.statements.some(({ kind }) => kind === 'use')) return { ...parsed, source };
  const linker = new Linker(source, files);
  const script = linker.linkMain(parsed.script);
  const findings = [...parsed.findings, ...linker.findings];
  return { script, findings, source: { ...source, used: linker.used } };
}

interface Known {
  readonly name: string;
  readonly otherNames: string[];
  /** The file's script, once all that it uses is linked. */
  script?: Script;
}

class Linker {
  readonly findings: Finding[] = [];
  readonly used: (UsedFile & { readonly otherNames: string[] })[] = [];
  readonly #source: Source;
  readonly #files: Files;
  readonly #known = new Map<string, Known>();

  constructor(source: Source, files: Files) {
    this.#source = source;
    this.#files = files;
  }

  linkMain(script: Script): Script {
    const id = this.#files.identify(this.#source);
    if (id !== undefined) this.#known.set(id, { name: this.#source.name, otherNames: [] });
    return this.#link(script, [this.#source.name]);
  }

  /** `trail` are the files that are being read, the one of this script last. */
  #link(script: Script, trail: readonly string[]): Script {
    const said = new Map<string, Span>();
    const statements = script.statements.map(statement =>
      statement.kind === 'use' ? this.#linkUse(statement, trail, said) : statement,
    );
    return { ...script, statements };
  }

  #linkUse(statement: UseStatement, trail: readonly string[], said: Map<string, Span>): Statement {
    const { span } = statement.path;
    const path = constantOf(statement.path);
    if (path === undefined) {
      this.findings.push(problems.pathNotWritten(span));
      return statement;
    }
    const name = isAbsolute(path) ? path : join(dirname(trail.at(-1) ?? ''), path);
    let found: FoundFile;
    try {
      found = this.#files.read(name);
    } catch (error) {
      this.findings.push(problems.cannotUse(span, name, whyUnreadable(error)));
      return statement;
    }
    const first = said.get(found.id);
    said.set(found.id, statement.span);
    if (first) this.findings.push(problems.usedTwice(statement.span, name, first));
    const known = this.#known.get(found.id);
    if (!known) {
      if (trail.length <= DEEPEST) return { ...statement, script: this.#load(name, found, trail) };
      this.findings.push(
        problems.cannotUse(span, name, `files use each other more than ${DEEPEST} deep here`),
      );
      return statement;
    }
    if (known.name !== name && !known.otherNames.includes(name)) known.otherNames.push(name);
    if (known.script) return { ...statement, script: known.script };
    this.findings.push(problems.useCycle(span, [...trail.slice(trail.indexOf(known.name)), known.name]));
    return statement;
  }

  #load(name: string, { id, text }: FoundFile, trail: readonly string[]): Script {
    const known: Known = { name, otherNames: [] };
    this.#known.set(id, known);
    const start = endOf({ text: this.#source.text, used: this.used });
    this.used.push({ file: { name, text }, start, otherNames: known.otherNames });
    const parsed = moveSpans(parse(text), start);
    this.findings.push(...parsed.findings);
    const other = parsed.script.statements.find(({ kind }) => kind !== 'proc' && kind !== 'use');
    if (other) this.findings.push(problems.notForUse(other.span, name));
    known.script = this.#link(parsed.script, [...trail, name]);
    return known.script;
  }
}

/** As deep as blocks nest. */
const DEEPEST = 64;

/** A path as it is written out; undefined where it is put together from values. */
function constantOf(path: Value): string | undefined {
  if (path.kind === 'bare') return path.text;
  if (path.kind !== 'text' || path.parts.some(part => typeof part !== 'string')) return undefined;
  return path.parts.join('');
}
