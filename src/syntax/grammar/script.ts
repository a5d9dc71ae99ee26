import { type IOrAlt, type IToken, isRecognitionException, type TokenType, tokenMatcher } from 'chevrotain';
import * as say from '../../diagnostics/catalogue/syntax.ts';
import { type Finding, withFix } from '../../diagnostics/diagnostic.ts';
import type { Statement } from '../ast.ts';
import {
  AnyWord, At, BlockClose, BlockOpen, Chain, Comma, Defer, Else, EmptyBraces, ErrorWord, Expect, HostOpen, JsonOpen, KeyOpen,
  KeyValue, Let, Misplaced, Newline, Param, PlainWord, Proc, Prompt, Separator, Then, Use, Within, Word,
} from '../tokens.ts'; // biome-ignore format: a list of tokens
import { adopt, type Decisions } from './decisions.ts';
import { explainDocumentLine } from './document-lines.ts';
import { explainKey } from './explain.ts';
import { PastedGrammar } from './pasted.ts';
import { SyntaxProblem } from './reader.ts';
import { behindBrace, deviceBefore, durationApart, isLikeObject, withoutComma } from './repairs.ts';
import { valueStarts } from './values.ts';

/** What the analysis finds is part of the built program. */
declare const QBLK_DECISIONS: Decisions | undefined;

const onlyOutside: ReadonlySet<TokenType> = new Set([Chain, Param, Let, Proc, Use, Defer]);

const LETTER = /[A-Za-z_]/;

/** A statement that names something for those behind it. */
const NAMING = /(?:@\S+[ \t]+)?(?:let|param|proc)[ \t]+([A-Za-z_][\w-]*)/y;

/** How many tokens of what stands in the place of a value are passed over at the most. */
const MOST_SKIPPED = 1000;

/** The whole grammar: a script is a row of lines, and each line stands alone when it is wrong. */
export class ScriptGrammar extends PastedGrammar {
  /** What statements of the chunk would have named that are left out. */
  lost: string[] = [];
  private documentation: (start: number) => string = () => '';

  constructor(skipValidations: boolean) {
    super(skipValidations);
    if (typeof QBLK_DECISIONS === 'undefined') this.performSelfAnalysis();
    else adopt(this, QBLK_DECISIONS);
    this.learning = false;
  }

  /**
   * Parses the tokens of one chunk of `text` that begins at `base`. `documentation` gives the `##` lines above an
   * offset. Findings are added to `findings`. Never throws on any tokens whose nesting has been bounded.
   */
  parseChunk(
    tokens: IToken[],
    text: string,
    base: number,
    findings: Finding[],
    documentation: (start: number) => string,
  ): Statement[] {
    this.text = text;
    this.base = base;
    this.findings = findings;
    this.documentation = documentation;
    this.input = tokens;
    const statements: Statement[] = [];
    this.statements = statements;
    this.lost = [];
    this.script();
    return statements;
  }

  protected documentationAbove(start: number): string {
    return this.documentation(start);
  }

  private readonly statementKinds: IOrAlt<Statement>[] = [
    { ALT: () => this.SUBRULE(this.chainStatement) },
    { ALT: () => this.SUBRULE(this.paramStatement) },
    { ALT: () => this.SUBRULE(this.letStatement) },
    { ALT: () => this.SUBRULE(this.expectStatement) },
    { ALT: () => this.SUBRULE(this.waitStatement) },
    { ALT: () => this.SUBRULE(this.ifStatement) },
    { ALT: () => this.SUBRULE(this.forStatement) },
    { ALT: () => this.SUBRULE(this.procStatement) },
    { ALT: () => this.SUBRULE(this.useStatement) },
    { ALT: () => this.SUBRULE(this.deferStatement) },
    { ALT: () => this.SUBRULE(this.hostStatement) },
    { ALT: () => this.SUBRULE(this.pastedObject) },
    { ALT: () => this.SUBRULE(this.targeted) },
    { ALT: () => this.SUBRULE(this.startStatement) },
    // The heads above are words too, and win.
    { ALT: () => this.SUBRULE(this.verbStatement), IGNORE_AMBIGUITIES: true },
  ];

  private readonly lineKinds: IOrAlt<Statement>[] = [
    ...this.statementKinds,
    { ALT: () => this.SUBRULE(this.prompted) },
    { ALT: () => this.SUBRULE(this.transcript) },
    {
      // `{` may follow a target, so a statement begins with it; everything else here begins none.
      IGNORE_AMBIGUITIES: true,
      ALT: () => {
        this.ACTION(() => this.fail(this.explainStart()));
        this.CONSUME(Misplaced);
        return undefined as never;
      },
    },
  ];

  private readonly entryKinds: IOrAlt<unknown>[] = [
    { ALT: () => this.CONSUME(Separator) },
    { ALT: () => this.SUBRULE(this.line) },
    {
      ALT: () => {
        const token = this.CONSUME(BlockClose);
        this.ACTION(() => {
          if (!this.isOfCutLiteral(token)) this.findings.push(say.strayClose(this.spanOf(token), '}'));
        });
      },
    },
  ];

  private readonly entry = () => {
    this.OR(this.entryKinds);
    if (this.learning) return;
    while (this.LA(1).tokenType === Newline) this.SKIP_TOKEN();
  };
  readonly script = this.RULE('script', () => {
    this.MANY(this.entry);
  });

  protected blockLine(): void {
    this.SUBRULE(this.line);
  }

  /** One statement and its end. What is wrong in it costs this line only; blocks on it are still read. */
  readonly line = this.RULE('line', () => {
    const outerBroken = this.broken;
    const outerKeys = this.unquotedKeys;
    this.broken = false;
    this.unquotedKeys = [];
    this.outer = undefined;
    const prompted = this.LA(1).tokenType === Prompt && this.LA(1).image !== '->';
    const start = this.here();
    try {
      // Most lines begin with a word that is none of the heads.
      const plain = this.LA(1).tokenType === Word;
      let statement = plain
        ? this.SUBRULE(this.verbStatement)
        : (this.looseTranscript() ?? this.OR(this.lineKinds));
      if (plain && !LETTER.test(this.text.charAt(start))) statement = this.drawn(statement);
      if (this.learning || this.LA(1).tokenType === Else) {
        this.OPTION(() => {
          this.CONSUME(Else);
          this.demandBlock('else', 'del A else { print "still in use" }');
          const otherwise = this.SUBRULE(this.block);
          if (this.learning) return;
          statement = {
            ...statement,
            span: { start: statement.span.start, end: otherwise.span.end },
            otherwise,
          };
        });
      }
      if (this.learning) return;
      this.endLine();
      this.reportKeys();
      if (!this.broken) this.statements.push(statement);
      else this.loseName(start);
      this.afterPrompt = prompted;
    } catch (problem) {
      if (this.learning) throw problem;
      const finding = explainDocumentLine(this.text, start) ?? this.findingOf(problem);
      this.findings.push(finding);
      this.loseName(start);
      this.afterPrompt = false;
      if (finding.primary?.span.start === this.here() && isLikeObject(this.text, this.here()))
        this.skipBraces();
      this.skipLine();
    }
    this.broken = outerBroken;
    this.unquotedKeys = outerKeys;
  });

  /** A line of words the first of which begins as no verb does: `...` for what a document leaves out, else its markup. */
  private drawn(statement: Statement): Statement {
    if (this.learning || statement.kind !== 'verb') return statement;
    if (statement.verb.text === '...') return { kind: 'transcript', span: statement.span };
    const finding = explainDocumentLine(this.text, statement.span.start);
    if (finding) this.fail(finding);
    return statement;
  }

  private readonly prompted = this.RULE('prompted', (): Statement => {
    const prompt = this.spanOf(this.CONSUME(Prompt));
    const statement = this.SUBRULE(this.statement);
    return { ...statement, span: this.spanFrom(prompt.start), prompt };
  });

  /** A statement behind `let x =`, `defer` or `from`. */
  override readonly statement = this.RULE('statement', (): Statement => {
    this.ACTION(() => this.refuseInside());
    return this.OR(this.statementKinds);
  });

  private readonly targeted = this.RULE('targeted', (): Statement => {
    const start = this.here();
    const token = this.CONSUME(At);
    this.ACTION(() => {
      if (this.ahead(At))
        this.fail(say.unexpected(this.spanAhead(), this.foundAhead(), 'a statement behind the target'));
      this.refuseInside();
    });
    this.demand([PlainWord, BlockOpen, EmptyBraces, JsonOpen, HostOpen], span =>
      say.missing(span, 'statement', 'a statement or a block', token.image, `${token.image} nbd stop`),
    );
    const parsed = this.OR<Statement>([
      { ALT: () => this.SUBRULE(this.atStatement) },
      { ALT: () => this.SUBRULE(this.statement) },
    ]);
    const name = { start: start + 1, end: start + token.image.length };
    return { ...parsed, span: this.spanFrom(start), target: { span: name, text: token.image.slice(1) } };
  });

  private readonly pastedObject = this.RULE(
    'pastedObject',
    (): Statement =>
      this.OR([
        {
          GATE: () => this.isTranscript(),
          ALT: () => this.SUBRULE(this.transcriptObject),
          IGNORE_AMBIGUITIES: true,
        },
        { ALT: () => this.SUBRULE(this.rawStatement) },
      ]),
  );

  /** Statements that belong to the whole script cannot hang on another one; so these forms never nest without end. */
  private refuseInside(): void {
    if (this.outer === undefined) return;
    const token = this.LA(1);
    const nestedExpect = token.tokenType === Expect && this.LA(2).tokenType === ErrorWord;
    if (!onlyOutside.has(token.tokenType) && !nestedExpect) return;
    this.fail(say.notInside(this.spanOf(token), token.image, this.outer));
  }

  /** Gives the line up when something is left of it. */
  private endLine(): void {
    const token = this.LA(1);
    if (token.tokenType === Newline || token.tokenType.name === 'EOF') return;
    if (this.ahead(Separator) || this.ahead(BlockClose)) return;
    this.fail(this.explainAhead() ?? this.explainLeftover(token));
  }

  private explainLeftover(token: IToken): Finding {
    const span = this.spanOf(token);
    if (token.tokenType === Then || token.tokenType === Within) return say.endingAlone(span, token.image);
    if (token.tokenType === Else) return say.elseAlone(span);
    if (this.ahead(BlockOpen)) return say.blockAlone(span);
    if (token.tokenType === Comma)
      return withFix(say.trailingComma(span), withoutComma(this.text, span.start));
    const duration = durationApart(this.text, span);
    if (duration) return withFix(say.unitApart(duration.span, duration.text), [duration]);
    const device = deviceBefore(this.text, span.start);
    if (device !== undefined) return say.colonMissing(span, token.image, device);
    return say.leftover(span, token.image);
  }

  private explainStart(): Finding {
    const token = this.LA(1);
    const span = this.spanOf(token);
    if (token.tokenType === KeyValue) return say.argumentAlone(span);
    if (token.tokenType === KeyOpen) {
      const value = this.base + this.LA(2).startOffset === span.end && !this.isBroken(this.LA(2));
      return value ? say.argumentAlone(span) : explainKey(token, this.LA(2), span, this.text);
    }
    if (token.tokenType === Then || token.tokenType === Within) return say.endingAlone(span, token.image);
    if (token.tokenType === Else) return withFix(say.elseAlone(span), behindBrace(this.text, span.start));
    if (this.ahead(BlockOpen) || this.ahead(EmptyBraces)) return say.blockAlone(span);
    return this.explainAhead() ?? say.valueAsStatement(span, token.image);
  }

  private isBroken(token: IToken): boolean {
    return !valueStarts.some(type => type !== AnyWord && tokenMatcher(token, type));
  }

  private findingOf(problem: unknown): Finding {
    if (problem instanceof SyntaxProblem) return problem.finding;
    if (!(problem instanceof Error) || !isRecognitionException(problem)) throw problem;
    return this.explainAhead() ?? say.unexpected(this.spanAhead(), this.foundAhead(), problem.message);
  }

  /** Whether a `}` belongs to an object on its line that a `;` cut off, which is told already. */
  private isOfCutLiteral(close: IToken): boolean {
    const { code, primary } = this.findings.at(-1) ?? {};
    if (code !== 'unclosed-literal' || !primary) return false;
    const between = this.text.slice(primary.span.start, this.spanOf(close).start);
    return between.startsWith('{') && !between.includes('\n');
  }

  /** Takes note of what the statement from `start` on would have named: that nobody names it is no second mistake. */
  private loseName(start: number): void {
    NAMING.lastIndex = start;
    const name = NAMING.exec(this.text)?.[1];
    if (name !== undefined) this.lost.push(name);
  }

  /** Moves on behind the `}` of the `{` that is next, where there is one. */
  private skipBraces(): void {
    let depth = 0;
    for (let ahead = 1; ahead <= MOST_SKIPPED; ahead++) {
      const token = this.LA(ahead);
      if (token.tokenType.name === 'EOF') return;
      if (token.image === '{') depth++;
      else if (token.image === '}') depth--;
      if (depth > 0) continue;
      for (let left = ahead; left > 0; left--) this.SKIP_TOKEN();
      return;
    }
  }

  /** Moves on to the end of the line; the statements of blocks on the way are read for what is wrong in them. */
  private skipLine(): void {
    for (;;) {
      const type = this.LA(1).tokenType;
      if (type.name === 'EOF' || this.ahead(Separator) || this.ahead(BlockClose)) return;
      if (this.ahead(BlockOpen)) this.SUBRULE1(this.block);
      else this.SKIP_TOKEN();
    }
  }
}
