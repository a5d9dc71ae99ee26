import { type IOrAlt, type IToken, type ParserMethod, tokenMatcher } from 'chevrotain';
import * as say from '../../diagnostics/catalogue/syntax.ts';
import { type Finding, withFix } from '../../diagnostics/diagnostic.ts';
import { respelled } from '../../diagnostics/spelling.ts';
import type {
  Argument,
  Block,
  ChainPattern,
  Condition,
  Link,
  Name,
  Parameter,
  ParameterType,
  Text as TextNode,
  Value,
  Within as WithinNode,
} from '../ast.ts';
import {
  AnyWord, Arrow, Assign, BlockOpen, Chain, Colon, Else, EmptyBraces, Identical, IndexOpen, Job, KeyOpen, KeyValue,
  ListClose, ListOpen, Newline, No, Pipe, Status, Text, Variable, Within, Word,
} from '../tokens.ts'; // biome-ignore format: a list of tokens
import { ExpressionGrammar, expressionStarts } from './expressions.ts';
import { spacedAssign } from './repairs.ts';

const namable = [AnyWord, Text, Variable];
const linkStarts = [...namable, KeyValue, KeyOpen, ListOpen];

/** What statements are made of: chains, conditions, parameters, time limits. */
export abstract class PieceGrammar extends ExpressionGrammar {
  declare protected readonly block: ParserMethod<[], Block>;

  /** `DEVICE: A <- B`. */
  readonly chainPattern = this.RULE('chainPattern', (): ChainPattern => {
    const start = this.here();
    let device: Value | undefined;
    let first = this.plainLink() ?? this.SUBRULE(this.link);
    this.OPTION(() => {
      const colon = this.CONSUME(Colon);
      this.ACTION(() => {
        const plain = first.kind === 'image' && !first.filename && first.attributes.length === 0;
        if (!plain) this.fail(say.colon(this.spanOf(colon)));
        this.demandApart(colon);
        device = (first as Link & { kind: 'image' }).name;
      });
      this.demand(linkStarts, span => say.missing(span, 'image', 'an image', ':', 'chain disk: A <- B'));
      first = this.plainLink() ?? this.SUBRULE1(this.link);
    });
    const links = [first];
    this.MANY(() => {
      this.demandSpaces(this.CONSUME(Arrow));
      this.demand(linkStarts, span => say.missing(span, 'image', 'an image', '<-', 'chain A <- B'));
      links.push(this.plainLink() ?? this.SUBRULE2(this.link));
    });
    const span = this.spanFrom(start);
    return device ? { span, device, links } : { span, links };
  });

  /** Refuses a `:` that something other than white space directly follows. */
  private demandApart(colon: IToken): void {
    const { start, end } = this.spanOf(colon);
    if (!/\S/.test(this.text[end] ?? '')) return;
    this.fail(withFix(say.colon({ start, end }), [{ span: { start: end, end }, text: ' ' }]));
  }

  /** A finding about the `name=value` that is next, which should be `name = value`. */
  protected assigned(finding: Finding): Finding {
    return withFix(finding, spacedAssign(this.text, this.spanAhead()));
  }

  /** The file name and the attributes of the image that is being read. */
  private filename: Value | undefined;
  private attributes: Argument[] = [];

  private readonly linkKinds: IOrAlt<Value>[] = [
    { ALT: () => this.bareOf(this.CONSUME(AnyWord)) },
    { ALT: () => this.textOf(this.CONSUME(Text)) },
    { ALT: () => this.SUBRULE(this.reference) },
    { ALT: () => this.SUBRULE(this.bracketed) },
    { ALT: () => this.named(this.argumentOf(this.CONSUME(KeyValue))) },
    { ALT: () => this.named(this.SUBRULE(this.keyedValue)) },
  ];
  private readonly attributeKinds: IOrAlt<unknown>[] = [
    { ALT: () => this.attributes.push(this.argumentOf(this.CONSUME1(KeyValue))) },
    { ALT: () => this.attributes.push(this.SUBRULE1(this.keyedValue)) },
  ];
  private readonly attribute = () => this.OR1(this.attributeKinds);

  readonly link = this.RULE('link', (): Link => {
    const start = this.here();
    this.filename = undefined;
    const name = this.OR(this.linkKinds);
    this.apart();
    const attributes: Argument[] = [];
    this.attributes = attributes;
    this.MANY(this.attribute);
    const span = this.spanFrom(start);
    if (this.learning) return { kind: 'image', span, name, attributes };
    if (this.filename) return { kind: 'image', span, name, filename: this.filename, attributes };
    if (name.kind !== 'bare' || !name.text.endsWith('...')) return { kind: 'image', span, name, attributes };
    const text = name.text.slice(0, -3);
    if (attributes.length > 0) this.report(say.misplacedArgument(span));
    if (text === '') return { kind: 'rest', span };
    return { kind: 'rest', span, name: { span: { start, end: start + text.length }, text } };
  });

  /** The link that is next, when it is but a name: what most are, so that no rule need be entered for it. */
  private plainLink(): Link | undefined {
    const token = this.LA(1);
    if (this.learning || token.tokenType !== Word || token.image.endsWith('...')) return undefined;
    const next = this.LA(2).tokenType;
    if (next !== Arrow && next !== Newline && next !== Colon) return undefined;
    this.SKIP_TOKEN();
    const name = this.bareOf(token);
    return { kind: 'image', span: name.span, name, attributes: [] };
  }

  private named(argument: Argument): Value {
    if (this.learning) return { kind: 'bare', span: { start: 0, end: 0 }, text: '' };
    this.filename = argument.value;
    return { kind: 'bare', span: argument.key.span, text: argument.key.text };
  }

  private readonly bracketed = this.RULE('bracketed', (): Value => {
    const open = this.CONSUME(ListOpen);
    this.demand(namable, span => say.missing(span, 'image', 'an image', '[', 'chain [A] <- [B]'));
    const name = this.OR([
      { ALT: () => this.bareOf(this.CONSUME(AnyWord)) },
      { ALT: () => this.textOf(this.CONSUME(Text)) },
      { ALT: () => this.SUBRULE(this.reference) },
    ]);
    this.demandClose(open, ListClose);
    this.CONSUME(ListClose);
    return name;
  });

  private readonly conditionKinds: IOrAlt<Condition>[] = [
    {
      ALT: () => {
        const start = this.here();
        this.CONSUME(Chain);
        this.demand(linkStarts, span => say.missing(span, 'image', 'an image', 'chain', 'chain A <- B'));
        const chain = this.SUBRULE(this.chainPattern);
        return { kind: 'chain', span: this.spanFrom(start), chain };
      },
    },
    {
      ALT: () => {
        const start = this.here();
        this.CONSUME(No);
        this.demand([AnyWord], span => say.missing(span, 'jobs', '`jobs`', 'no', 'expect no jobs'));
        const word = this.nameOf(this.CONSUME(AnyWord));
        if (word.text !== 'jobs') {
          const finding = say.unexpected(word.span, `\`${word.text}\``, '`jobs`');
          this.report(respelled(finding, word.span, word.text, ['jobs']));
        }
        return { kind: 'no-jobs', span: this.spanFrom(start) };
      },
    },
    {
      ALT: () => {
        const start = this.here();
        this.CONSUME(Job);
        this.demand(namable, span => say.missing(span, 'job', 'a job', 'job', 'job commit0 ready'));
        const job = this.SUBRULE(this.value);
        return { kind: 'job', job, state: this.SUBRULE(this.stateName), span: this.spanFrom(start) };
      },
    },
    {
      ALT: () => {
        const start = this.here();
        this.CONSUME(Status);
        return { kind: 'status', state: this.SUBRULE1(this.stateName), span: this.spanFrom(start) };
      },
    },
    {
      ALT: () => {
        const start = this.here();
        this.CONSUME(Identical);
        const example = 'identical "b.qcow2" "e.qcow2"';
        this.demand(namable, span => say.missing(span, 'image', 'an image file', 'identical', example));
        const left = this.SUBRULE1(this.value);
        this.apart();
        this.demand(namable, span => say.missing(span, 'image', 'a second image file', 'identical', example));
        const right = this.SUBRULE2(this.value);
        return { kind: 'identical', span: this.spanFrom(start), left, right };
      },
    },
    {
      // The words above begin their own conditions; everywhere else in an expression they are plain words.
      IGNORE_AMBIGUITIES: true,
      ALT: () => {
        const start = this.here();
        const test = this.SUBRULE(this.expression);
        return { kind: 'test', span: this.spanFrom(start), test };
      },
    },
  ];

  readonly condition = this.RULE('condition', (): Condition => {
    return this.OR(this.conditionKinds);
  });

  private readonly stateName = this.RULE('stateName', (): Name => {
    this.demand([AnyWord], span =>
      say.missing(span, 'state', 'a state', this.LA(0).image, 'job commit0 ready, status running'),
    );
    return this.nameOf(this.CONSUME(AnyWord));
  });

  /** `within 30s`, `within 30s else cancel`. */
  readonly within = this.RULE('within', (): WithinNode => {
    const start = this.here();
    this.CONSUME(Within);
    this.demand(namable, span => say.missing(span, 'duration', 'a duration', 'within', 'within 30s'));
    const limit = this.SUBRULE(this.value);
    let otherwise: Name | undefined;
    this.OPTION({
      GATE: () => !tokenMatcher(this.LA(2), BlockOpen) && !tokenMatcher(this.LA(2), EmptyBraces),
      DEF: () => {
        this.CONSUME(Else);
        this.demand([AnyWord], span =>
          say.missing(span, 'cancel', '`cancel` or a block', 'else', 'within 30s else cancel'),
        );
        otherwise = this.nameOf(this.CONSUME(AnyWord));
      },
    });
    const span = this.spanFrom(start);
    return otherwise ? { span, limit, otherwise } : { span, limit };
  });

  /** `name: type = default "doc"`. */
  readonly parameter = this.RULE('parameter', (documentation: string): Parameter => {
    const start = this.here();
    const example = 'param keep: integer = 4';
    this.demand([AnyWord], span => say.missing(span, 'name', 'a name', 'param', example));
    const name = this.nameOf(this.CONSUME(AnyWord));
    this.demand([Colon], span => say.missing(span, 'type', '`:` and a type', name.text, example));
    const colon = this.CONSUME(Colon);
    this.ACTION(() => {
      this.demandApart(colon);
      if (this.ahead(KeyValue) || this.ahead(KeyOpen))
        this.fail(this.assigned(say.defaultForm(this.spanAhead())));
    });
    this.demand([AnyWord], span => say.missing(span, 'type', 'a type', ':', example));
    const type = this.SUBRULE(this.parameterType);
    let standard: Value | undefined;
    this.OPTION(() => {
      this.CONSUME(Assign);
      this.demand(expressionStarts, span => say.missing(span, 'default', 'a value', '=', example));
      standard = this.SUBRULE(this.value);
    });
    let behind: TextNode | undefined;
    this.OPTION1(() => {
      behind = this.textOf(this.CONSUME(Text));
    });
    const said = behind?.parts.filter(part => typeof part === 'string').join('') ?? documentation;
    return {
      span: this.spanFrom(start),
      name,
      type,
      ...(standard && { default: standard }),
      ...(said && { documentation: said }),
    };
  });

  private readonly parameterType = this.RULE('parameterType', (): ParameterType => {
    const start = this.here();
    const names = [this.nameOf(this.CONSUME(AnyWord))];
    this.MANY(() => {
      this.CONSUME(Pipe);
      this.demand([AnyWord], span => say.missing(span, 'type', 'a word', '|', 'param sync: full|top|none'));
      names.push(this.nameOf(this.CONSUME1(AnyWord)));
    });
    let list = false;
    this.OPTION(() => {
      const open = this.CONSUME(IndexOpen);
      this.demandClose(open, ListClose);
      this.CONSUME(ListClose);
      list = true;
    });
    return { span: this.spanFrom(start), names, list };
  });
}
