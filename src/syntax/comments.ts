import type { IToken } from 'chevrotain';
import type { Comment } from './ast.ts';

/** The comments of one chunk that begins at `base` in `text`. */
export function commentsOf(tokens: readonly IToken[], text: string, base: number): Comment[] {
  return tokens.map(token => {
    const start = base + token.startOffset;
    let at = start - 1;
    while (at >= 0 && text[at] !== '\n' && /\s/.test(text[at] ?? '')) at--;
    const written = token.image.trimEnd();
    return {
      span: { start, end: start + written.length },
      text: written,
      ownLine: at < 0 || text[at] === '\n',
    };
  });
}

function isDocumentation(comment: Comment | undefined): comment is Comment {
  return comment?.ownLine === true && comment.text.startsWith('##');
}

/** Whether `comment` stands on the line directly above `offset`. */
function isDirectlyAbove(comment: Comment, offset: number, text: string): boolean {
  let newlines = 0;
  for (let at = comment.span.end; at < offset; at++) {
    const character = text[at] ?? '';
    if (character === '\n') newlines++;
    else if (!/[\s;]/.test(character)) return false;
    if (newlines > 1) return false;
  }
  return newlines === 1;
}

const PROCEDURE = /^[^\S\n]*\n[^\S\n]*proc\s/;

function unmarked(comments: readonly Comment[]): string {
  return comments.map(comment => comment.text.replace(/^##+ ?/, '')).join('\n');
}

/** The run of `##` lines that ends directly above `offset`, of `comments` in the order of the text. */
export function documentationAbove(comments: readonly Comment[], offset: number, text: string): string {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle]?.span.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  const run: Comment[] = [];
  let below = offset;
  for (let at = low - 1; at >= 0; at--) {
    const comment = comments[at];
    if (!isDocumentation(comment) || !isDirectlyAbove(comment, below, text)) break;
    run.unshift(comment);
    below = comment.span.start;
  }
  return unmarked(run);
}

/**
 * The first run of `##` lines of `comments`, all of which stand before the first statement. A run directly above a `proc`
 * speaks of that, not of the whole script.
 */
export function headDocumentation(
  comments: readonly Comment[],
  text: string,
): { documentation: string; end: number } {
  const first = comments.findIndex(isDocumentation);
  if (first === -1) return { documentation: '', end: 0 };
  const run = [comments[first] as Comment];
  for (let at = first + 1; at < comments.length; at++) {
    const comment = comments[at];
    const previous = run[run.length - 1] as Comment;
    if (!isDocumentation(comment) || !isDirectlyAbove(previous, comment.span.start, text)) break;
    run.push(comment);
  }
  const last = run[run.length - 1] as Comment;
  const isOfProcedure = PROCEDURE.test(text.slice(last.span.end));
  return isOfProcedure ? { documentation: '', end: 0 } : { documentation: unmarked(run), end: last.span.end };
}
