import { EmbeddedActionsParser, type IToken, type TokenType, tokenMatcher } from 'chevrotain';
import { operatorSpaces } from '../../diagnostics/catalogue/syntax.ts';
import { type Finding, withFix } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../text/source.ts';
import type { Bare, Name, Text } from '../ast.ts';
import { readText } from '../strings.ts';
import { vocabulary } from '../tokens.ts';
import { explain } from './explain.ts';
import { spaced } from './repairs.ts';

/** A statement that cannot be understood: thrown by the rules, caught by the rule for one line. */
export class SyntaxProblem extends Error {
  readonly finding: Finding;
  constructor(finding: Finding) {
    super(finding.code);
    this.finding = finding;
  }
}

/** What every part of the grammar stands on: offsets, findings, and looking at the tokens ahead. */
export abstract class TokenReader extends EmbeddedActionsParser {
  /** Chevrotain runs the rules once on dummy tokens to learn the grammar; nothing may be concluded from those. */
  protected learning = true;
  /** The whole text, and where in it the chunk of the tokens begins. */
  protected text = '';
  protected base = 0;
  protected findings: Finding[] = [];
  /** Whether the statement at hand holds an error that was reported without giving it up. */
  protected broken = false;

  constructor(skipValidations: boolean) {
    super(vocabulary, {
      maxLookahead: 1,
      recoveryEnabled: false,
      skipValidations,
      errorMessageProvider: silentMessages,
    });
  }

  protected fail(finding: Finding): never {
    throw new SyntaxProblem(finding);
  }

  protected readonly report = (finding: Finding): void => {
    if (this.learning) return;
    this.broken = true;
    this.findings.push(finding);
  };

  /** The offset at which the next token begins. */
  protected here(): number {
    return this.base + this.LA(1).startOffset;
  }

  /** The offset at which the last token ended. */
  protected behind(): number {
    const token = this.LA(0);
    return this.base + token.startOffset + token.image.length;
  }

  protected spanFrom(start: number): Span {
    return { start, end: this.behind() };
  }

  protected spanOf(token: IToken): Span {
    const start = this.base + token.startOffset;
    return { start, end: start + token.image.length };
  }

  /** The span of the next token; at a line's end and the text's end the place where something should stand. */
  protected spanAhead(): Span {
    const token = this.LA(1);
    if (token.tokenType.name === 'EOF' || /^\s*$/.test(token.image)) {
      const at = Math.max(this.behind(), 0) || 0;
      return { start: at, end: at };
    }
    return this.spanOf(token);
  }

  protected nameOf(token: IToken): Name {
    return { span: this.spanOf(token), text: token.image };
  }

  protected bareOf(token: IToken): Bare {
    return { kind: 'bare', span: this.spanOf(token), text: token.image };
  }

  protected textOf(token: IToken): Text {
    return readText(token.image, this.base + token.startOffset, this.report);
  }

  protected ahead(type: TokenType): boolean {
    return tokenMatcher(this.LA(1), type);
  }

  /** Gives the statement up with `make` unless one of `types` is next; what is wrong with the next token by itself goes first. */
  protected demand(types: readonly TokenType[], make: (span: Span) => Finding): void {
    if (this.learning) return;
    const next = this.LA(1);
    for (const type of types) if (tokenMatcher(next, type)) return;
    this.fail(this.explainAhead() ?? make(this.spanAhead()));
  }

  /** Refuses the operator just read when something touches it. */
  protected demandSpaces(token: IToken): void {
    if (this.learning) return;
    const { start, end } = this.spanOf(token);
    if (isSpace(this.text.charCodeAt(start - 1)) && isSpace(this.text.charCodeAt(end))) return;
    const span = { start, end };
    this.fail(withFix(operatorSpaces(span, token.image), spaced(this.text, span)));
  }

  /** What is wrong with the next token by itself, wherever it stands. */
  protected explainAhead(): Finding | undefined {
    return explain(this.LA(1), this.LA(2), this.spanAhead(), this.text);
  }
}

/** Whether a UTF-16 unit is white space, or stands beyond the text's end. */
function isSpace(code: number): boolean {
  return code === 32 || Number.isNaN(code) || /\s/.test(String.fromCharCode(code));
}

const silentMessages = {
  buildMismatchTokenMessage: ({ expected }: { expected: TokenType }) => expected.LABEL ?? expected.name,
  buildNotAllInputParsedMessage: () => '',
  buildNoViableAltMessage: () => 'something else',
  buildEarlyExitMessage: () => 'something else',
};
