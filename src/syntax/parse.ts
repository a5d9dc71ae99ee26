import type { Finding } from '../diagnostics/diagnostic.ts';
import type { Comment, Script, Statement } from './ast.ts';
import { CHUNK_SIZE, type Chunk, chunksOf } from './chunks.ts';
import { commentsOf, documentationAbove, headDocumentation } from './comments.ts';
import { ScriptGrammar } from './grammar/script.ts';

export interface Parsed {
  /** What could be understood; statements with a syntax error in them are left out. */
  readonly script: Script;
  readonly findings: readonly Finding[];
}

let grammar: ScriptGrammar | undefined;

/** Parses a script. Never throws, whatever the text holds and however deep it nests. */
export function parse(text: string): Parsed {
  const statements: Statement[] = [];
  const comments: Comment[] = [];
  const findings: Finding[] = [];
  const lost: string[] = [];
  let documentation = '';
  for (const part of parseChunks(text)) {
    for (const statement of part.script.statements) statements.push(statement);
    for (const comment of part.script.comments) comments.push(comment);
    for (const finding of part.findings) findings.push(finding);
    for (const name of part.script.lost ?? []) lost.push(name);
    documentation ||= part.script.documentation;
  }
  return {
    script: {
      span: { start: 0, end: text.length },
      ...{ statements, comments, documentation },
      ...(lost.length > 0 ? { lost } : {}),
    },
    findings,
  };
}

/**
 * Parses a script piece by piece, about `size` UTF-16 units of whole top-level statements at a time, so that a reader
 * of millions of lines need not hold the whole tree. Spans count from the beginning of `text`; the script's
 * documentation comes with the piece that holds the first statement. Never throws.
 */
export function* parseChunks(text: string, size: number = CHUNK_SIZE): Generator<Parsed> {
  grammar ??= new ScriptGrammar(true);
  let pending: Comment[] = [];
  let headEnd = -1;
  let afterPrompt = false;
  for (const chunk of chunksOf(text, size)) {
    const comments = commentsOf(chunk.comments, text, chunk.base);
    const above = pending.concat(comments);
    let documentation = '';
    const first = firstStatement(chunk);
    if (headEnd === -1 && (first !== undefined || chunk.end === text.length)) {
      const before = first === undefined ? above : above.filter(comment => comment.span.start < first);
      ({ documentation, end: headEnd } = headDocumentation(before, text));
    }
    const head = headEnd;
    const findings = [...chunk.findings];
    grammar.afterPrompt = afterPrompt;
    const statements = grammar.parseChunk(chunk.tokens, text, chunk.base, findings, start =>
      documentationAbove(
        above.filter(comment => comment.span.start >= head),
        start,
        text,
      ),
    );
    afterPrompt = grammar.afterPrompt;
    findings.sort((a, b) => (a.primary?.span.start ?? 0) - (b.primary?.span.start ?? 0));
    const lastStatement = statements[statements.length - 1]?.span.end ?? 0;
    pending = first === undefined ? above : comments.filter(comment => comment.span.start >= lastStatement);
    yield {
      script: {
        span: { start: chunk.base, end: chunk.end },
        ...{ statements, comments, documentation },
        ...(grammar.lost.length > 0 ? { lost: grammar.lost } : {}),
      },
      findings,
    };
  }
}

/** Where the first token that is no line end stands, if there is one. */
function firstStatement(chunk: Chunk): number | undefined {
  const token = chunk.tokens.find(({ image }) => /[^\s;]/.test(image));
  return token && chunk.base + token.startOffset;
}
