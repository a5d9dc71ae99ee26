import type { Span } from '../text/source.ts';

/**
 * The syntax tree of a script: plain data, offsets on everything, nothing decided yet. What a bare word means depends
 * on the parameter it is given to, so it stays text here.
 */
export interface Script {
  readonly span: Span;
  readonly statements: readonly Statement[];
  /** Every comment in the order of the text, `##` documentation included; a `#!` first line is the first of them. */
  readonly comments: readonly Comment[];
  /** The text of the `##` lines at the head of the script, without their marks, joined by newlines. */
  readonly documentation: string;
  /** What statements would have named that are left out because of a mistake in them. */
  readonly lost?: readonly string[];
}

/** `# …` or `## …`, to the line's end. */
export interface Comment {
  readonly span: Span;
  readonly text: string;
  /** Whether nothing but white space stands before it on its line. */
  readonly ownLine: boolean;
}

/** A word used as a name: a verb, a key, a variable. */
export interface Name {
  readonly span: Span;
  readonly text: string;
}

// ---- values

/** A word without quotes: `node-D`, `10M`, `30s`, `true`, `42`, `nbd:localhost:10809`. */
export interface Bare {
  readonly kind: 'bare';
  readonly span: Span;
  readonly text: string;
}

/** A string in quotes: its escapes resolved, its `${…}` parsed. One without interpolation has one part, or none. */
export interface Text {
  readonly kind: 'text';
  readonly span: Span;
  readonly parts: readonly (string | Reference)[];
}

/** `$name`, `$name.field`, `$older[-1]`, `$nodes["D"]`; inside strings `${name.field}`. */
export interface Reference {
  readonly kind: 'reference';
  readonly span: Span;
  readonly name: Name;
  readonly path: readonly Access[];
}

export type Access =
  | { readonly kind: 'field'; readonly span: Span; readonly name: string }
  | { readonly kind: 'index'; readonly span: Span; readonly index: Expression };

/** `[b0, b1]`, `[]`. */
export interface List {
  readonly kind: 'list';
  readonly span: Span;
  readonly items: readonly Value[];
}

/** `{"driver": "qcow2", "file": {…}}`, `{}`. */
export interface ObjectLiteral {
  readonly kind: 'object';
  readonly span: Span;
  readonly entries: readonly { readonly key: Name; readonly value: Value }[];
}

export type Value = Bare | Text | Reference | List | ObjectLiteral;

// ---- expressions: after `if`, `expect`, `wait`, in an index, after `let x =`

/** `query-migrate.status`, `query-block[0].inserted.file`: a query without arguments, and a way into its reply. */
export interface Query {
  readonly kind: 'query';
  readonly span: Span;
  readonly command: Name;
  readonly path: readonly Access[];
}

export interface Binary {
  readonly kind: 'binary';
  readonly span: Span;
  readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in' | 'and' | 'or';
  readonly left: Expression;
  readonly right: Expression;
}

/** `not x`, `-x`. */
export interface Unary {
  readonly kind: 'unary';
  readonly span: Span;
  readonly operator: 'not' | '-';
  readonly operand: Expression;
}

/** `len($older)`. */
export interface Call {
  readonly kind: 'call';
  readonly span: Span;
  readonly function: Name;
  readonly arguments: readonly Expression[];
}

/** `( x )`: kept, so that the formatter gives back what was written. */
export interface Group {
  readonly kind: 'group';
  readonly span: Span;
  readonly inner: Expression;
}

export type Expression = Value | Query | Binary | Unary | Call | Group;

// ---- pieces of statements

/** `key=value`; `key` may be dotted. */
export interface Argument {
  readonly span: Span;
  readonly key: Name;
  readonly value: Value;
}

export interface Block {
  readonly span: Span;
  readonly statements: readonly Statement[];
  /** Statements are left out because of a mistake in them. */
  readonly isPart?: true;
}

/** `DEVICE: A <- B <- ... <- D`; the links from the base (left) to the active layer (right). */
export interface ChainPattern {
  readonly span: Span;
  readonly device?: Value;
  readonly links: readonly Link[];
}

export type Link =
  /** `A`, `[A]`, `A="a.qcow2"`, `B size=64M format=qcow2`. */
  | {
      readonly kind: 'image';
      readonly span: Span;
      readonly name: Value;
      readonly filename?: Value;
      readonly attributes: readonly Argument[];
    }
  /** `...`, `older...`: any number of images, none included. */
  | { readonly kind: 'rest'; readonly span: Span; readonly name?: Name };

export type Condition =
  | { readonly kind: 'chain'; readonly span: Span; readonly chain: ChainPattern }
  /** `no jobs` */
  | { readonly kind: 'no-jobs'; readonly span: Span }
  /** `job J STATE` */
  | { readonly kind: 'job'; readonly span: Span; readonly job: Value; readonly state: Name }
  /** `status running` */
  | { readonly kind: 'status'; readonly span: Span; readonly state: Name }
  /** `identical "b.qcow2" "e.qcow2"` */
  | { readonly kind: 'identical'; readonly span: Span; readonly left: Value; readonly right: Value }
  | { readonly kind: 'test'; readonly span: Span; readonly test: Expression };

/** `within 30s`, `within 30s else cancel`. */
export interface Within {
  readonly span: Span;
  readonly limit: Value;
  /** The word after `else`, when it stands directly behind the limit and is no block. */
  readonly otherwise?: Name;
}

export interface Parameter {
  readonly span: Span;
  readonly name: Name;
  readonly type: ParameterType;
  readonly default?: Value;
  /** The string behind it, or its `##` lines. */
  readonly documentation?: string;
}

export interface ParameterType {
  readonly span: Span;
  /** One name, such as `node`, or the words of an enumeration: `full|top|none`. */
  readonly names: readonly Name[];
  /** `device[]` */
  readonly list: boolean;
}

// ---- statements

interface Common {
  readonly span: Span;
  /** `@dst` before the statement. */
  readonly target?: Name;
  /** The `(QEMU)` or `->` that was pasted before it. */
  readonly prompt?: Span;
  /** `else { … }` behind it. */
  readonly otherwise?: Block;
}

/** `[start] verb words… key=value… [{ … }] [then ending] [within …]`: everything whose meaning a definition gives. */
export interface VerbStatement extends Common {
  readonly kind: 'verb';
  readonly started?: Span;
  readonly verb: Name;
  /** What stands behind the verb without a key; the first is the subject, or a second word (`bitmap add`). */
  readonly words: readonly Value[];
  readonly arguments: readonly Argument[];
  readonly block?: Block;
  /** `then pivot` */
  readonly ending?: Name;
  readonly within?: Within;
}

export interface ChainStatement extends Common {
  readonly kind: 'chain';
  readonly chain: ChainPattern;
}

export interface ParamStatement extends Common {
  readonly kind: 'param';
  readonly parameter: Parameter;
}

/** `let x = STATEMENT` or `let x = VALUE`. */
export interface LetStatement extends Common {
  readonly kind: 'let';
  readonly name: Name;
  readonly value: Expression | Statement;
}

export interface ExpectStatement extends Common {
  readonly kind: 'expect';
  readonly condition: Condition;
}

/** `expect error "text" from STATEMENT`; the text may be left out. */
export interface ExpectErrorStatement extends Common {
  readonly kind: 'expect-error';
  readonly text?: Value;
  readonly from: Statement;
}

/** `wait CONDITION [within …]`. */
export interface WaitStatement extends Common {
  readonly kind: 'wait';
  readonly condition: Condition;
  readonly within?: Within;
}

/** `wait J`, `wait J ready`, `wait all`. */
export interface WaitJobStatement extends Common {
  readonly kind: 'wait-job';
  readonly job: Value | 'all';
  readonly state?: Name;
  readonly within?: Within;
}

/** `wait event NAME [where a.b=value …] [within …]`. */
export interface WaitEventStatement extends Common {
  readonly kind: 'wait-event';
  readonly event: Name;
  readonly where: readonly Argument[];
  readonly within?: Within;
}

/** Its `else` is a block, or for `else if` a block of that one statement. */
export interface IfStatement extends Common {
  readonly kind: 'if';
  readonly condition: Condition;
  readonly consequent: Block;
}

export interface ForStatement extends Common {
  readonly kind: 'for';
  readonly name: Name;
  readonly list: Expression;
  readonly body: Block;
}

export interface ProcStatement extends Common {
  readonly kind: 'proc';
  readonly name: Name;
  readonly parameters: readonly Parameter[];
  readonly body: Block;
  readonly documentation: string;
}

export interface UseStatement extends Common {
  readonly kind: 'use';
  readonly path: Value;
  /** What the file holds, once it has been read: its spans go on behind those of the script that uses it. */
  readonly script?: Script;
}

export interface DeferStatement extends Common {
  readonly kind: 'defer';
  readonly statement: Statement;
}

/** `@src { … }`: a block whose statements go to one endpoint; `target` is always there. */
export interface AtStatement extends Common {
  readonly kind: 'at';
  readonly body: Block;
}

/** `{"execute": …}` as a statement. */
export interface RawStatement extends Common {
  readonly kind: 'raw';
  readonly message: ObjectLiteral;
}

/** `$ program argument…`: a part is text as written, or a reference. */
export interface HostStatement extends Common {
  readonly kind: 'host';
  readonly words: readonly Text[];
}

/** A pasted reply, event or echo, `<- …`: skipped, kept for the formatter. */
export interface TranscriptStatement extends Common {
  readonly kind: 'transcript';
}

export type Statement =
  | VerbStatement
  | ChainStatement
  | ParamStatement
  | LetStatement
  | ExpectStatement
  | ExpectErrorStatement
  | WaitStatement
  | WaitJobStatement
  | WaitEventStatement
  | IfStatement
  | ForStatement
  | ProcStatement
  | UseStatement
  | DeferStatement
  | AtStatement
  | RawStatement
  | HostStatement
  | TranscriptStatement;
