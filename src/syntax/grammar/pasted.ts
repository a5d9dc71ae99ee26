import { tokenMatcher } from 'chevrotain';
import * as say from '../../diagnostics/catalogue/syntax.ts';
import type { Statement, Text as TextNode } from '../ast.ts';
import { readHostWord } from '../host-words.ts';
import {
  Arrow,
  BlockClose,
  BlockOpen,
  Colon,
  Comma,
  EmptyPrompt,
  HostOpen,
  HostWord,
  IndexOpen,
  JsonClose,
  JsonOpen,
  ListClose,
  ListOpen,
  OpenText,
  Separator,
  Text,
} from '../tokens.ts';
import { BlockGrammar } from './blocks.ts';

const replyKeys = new Set([
  '"return"',
  '"error"',
  '"timestamp"',
  '"event"',
  '"QMP"',
  "'return'",
  "'error'",
  "'timestamp'",
]);
const commandKeys = new Set(['"execute"', '"exec-oob"', "'execute'"]);
const openers = [JsonOpen, ListOpen, IndexOpen, BlockOpen];
const closers = [JsonClose, ListClose, BlockClose];
const rawMembers = new Set(['execute', 'exec-oob', 'arguments', 'id', 'control']);

/** Lines of other worlds: the host's programs, raw QMP, and what documents and terminals print around it. */
export abstract class PastedGrammar extends BlockGrammar {
  /** Whether the statement before was typed at a `(QEMU)` prompt, so that an object now is its echo. */
  afterPrompt = false;

  readonly hostStatement = this.RULE('hostStatement', (): Statement => {
    const start = this.here();
    const open = this.CONSUME(HostOpen);
    const words: TextNode[] = [];
    this.demand([HostWord], () => say.emptyHostLine(this.spanOf(open)));
    this.AT_LEAST_ONE(() => {
      const token = this.CONSUME(HostWord);
      words.push(readHostWord(token.image, this.base + token.startOffset, this.report));
    });
    return { kind: 'host', span: this.spanFrom(start), words };
  });

  readonly rawStatement = this.RULE('rawStatement', (): Statement => {
    const start = this.here();
    const message = this.SUBRULE(this.object);
    this.ACTION(() => {
      const keys = message.entries.map(entry => entry.key.text);
      for (const { key } of message.entries) {
        if (!rawMembers.has(key.text)) this.report(say.rawKey(key.span, key.text));
      }
      if (!this.broken && !keys.includes('execute') && !keys.includes('exec-oob'))
        this.report(say.rawWithoutCommand(message.span));
    });
    return { kind: 'raw', span: this.spanFrom(start), message };
  });

  /** A pasted `<- …`, whatever it holds, or a prompt with nothing behind it. */
  readonly transcript = this.RULE('transcript', (): Statement => {
    const start = this.here();
    this.OR([{ ALT: () => this.CONSUME(Arrow) }, { ALT: () => this.CONSUME(EmptyPrompt) }]);
    this.ACTION(() => this.skipTranscript(0));
    return { kind: 'transcript', span: this.spanFrom(start) };
  });

  /** A pasted reply, event or echo without a mark before it. */
  protected readonly transcriptObject = this.RULE('transcriptObject', (): Statement => {
    const start = this.here();
    this.CONSUME(JsonOpen);
    this.ACTION(() => this.skipTranscript(1));
    return { kind: 'transcript', span: this.spanFrom(start) };
  });

  /** A reply without the `{` before it, as in QEMU's own document, or a `…` for what was left out. */
  protected looseTranscript(): Statement | undefined {
    if (this.learning) return undefined;
    const { tokenType, image } = this.LA(1);
    const isHeadless = tokenType === Text && this.LA(2).tokenType === Colon && replyKeys.has(image);
    if (!isHeadless && image !== '…') return undefined;
    const start = this.here();
    this.skipTranscript(isHeadless ? 1 : 0);
    return { kind: 'transcript', span: this.spanFrom(start) };
  }

  /** Moves behind what was printed. What a person left out of it, or cut short, does not matter. */
  private skipTranscript(depth: number): void {
    let open = depth;
    while (this.LA(1).tokenType.name !== 'EOF') {
      if (this.ahead(Separator)) {
        if (open <= 0 || !this.isPrintedFurther()) return;
      } else if (openers.some(type => this.ahead(type))) open++;
      else if (closers.some(type => this.ahead(type)) && --open < 0) return;
      this.SKIP_TOKEN();
      if (open === 0 && depth > 0) return;
    }
  }

  /** Whether the next line that holds anything begins with what no statement begins with. */
  private isPrintedFurther(): boolean {
    let at = 2;
    while (tokenMatcher(this.LA(at), Separator)) at++;
    const next = this.LA(at);
    return [Text, OpenText, Comma, ...closers].some(type => tokenMatcher(next, type));
  }

  /** Whether the object that begins here is a reply, an event or an echo, and no command. */
  protected isTranscript(): boolean {
    let depth = 0;
    for (let at = 1; ; at++) {
      const token = this.LA(at);
      if (token.tokenType.name === 'EOF' || tokenMatcher(token, Separator)) return false;
      if (tokenMatcher(token, JsonOpen) || tokenMatcher(token, ListOpen) || tokenMatcher(token, IndexOpen))
        depth++;
      else if (tokenMatcher(token, JsonClose) || tokenMatcher(token, ListClose)) depth--;
      else if (depth === 1 && this.LA(at + 1).tokenType === Colon) {
        if (replyKeys.has(token.image)) return true;
        if (commandKeys.has(token.image)) return this.afterPrompt;
      }
      if (depth <= 0) return false;
    }
  }
}
