import { literal, type Part, rule, sequence } from './part.ts';

/** What the parser's rules are called in the EBNF, where that differs. */
export const renamed: Readonly<Record<string, string>> = {
  chainPattern: 'chain',
  link: 'image',
  accesses: 'path',
  wordOrQuery: 'query',
  stateName: 'state',
  parameterType: 'type',
  verbStatement: 'operation',
  transcriptObject: 'reply',
  targeted: 'targetedStatement',
};

/** The parser's rules that the EBNF writes out where they are used. */
export const inlined: ReadonlySet<string> = new Set([
  'atStatement',
  'braces',
  'bracketed',
  'branch',
  'eventWait',
  'keyedValue',
  'negative',
  'pastedObject',
  'prompted',
  'stateWait',
  'tail',
]);

/** Alternatives that are only there to be told as mistakes, by the parser's names of rule and token. */
export const mistakes: Readonly<Record<string, readonly string[]>> = {
  script: ['BlockClose'],
  line: ['Misplaced'],
  object: ['AnyWord'],
};

/** What a token is in the EBNF: its characters, or the lexical rule that says how it looks. */
export const tokens: Readonly<Record<string, Part>> = {
  AnyWord: rule('Name'),
  PlainWord: rule('Word'),
  Callee: rule('Name'),
  KeyValue: sequence([rule('Key'), literal('='), rule('BareValue')]),
  KeyOpen: sequence([rule('Key'), literal('=')]),
  Text: rule('String'),
  Variable: rule('Variable'),
  Field: rule('Field'),
  At: rule('Target'),
  Compare: rule('Comparison'),
  Arrow: literal('<-'),
  Separator: rule('End'),
  Prompt: rule('Prompt'),
  EmptyPrompt: rule('Prompt'),
  HostOpen: literal('$'),
  HostWord: rule('HostWord'),
  IndexOpen: literal('['),
  ListOpen: literal('['),
  ListClose: literal(']'),
  JsonOpen: literal('{'),
  JsonClose: literal('}'),
  BlockOpen: literal('{'),
  BlockClose: literal('}'),
  ParenOpen: literal('('),
  ParenClose: literal(')'),
  Comma: literal(','),
  Colon: literal(':'),
  Pipe: literal('|'),
  Assign: literal('='),
  Minus: literal('-'),
};

/** What the EBNF cannot say of a rule, by its name there. */
export const notes: Readonly<Record<string, string>> = {
  script: 'A newline inside [ ], inside ( ) or inside the { } of an object ends nothing.',
  line: 'else stands on the line of its statement, or of the } before it.',
  letStatement: 'Behind the = a word begins a statement, unless it is a number, a constant or not.',
  waitStatement:
    'A lone name, string or variable is a job, and a state may follow it; all is every job there is.',
  operation:
    'Verbs and keys are no keywords. A verb is one of the statements below, print, show, fail, or a command of the QEMU in use. The first value is the subject. Behind then stands pivot or cancel.',
  argument: 'The value follows the = at once. Dots in a key nest.',
  image:
    '... is any number of images, and older... names them. A Key= before the file name is the name of the image.',
  chain: 'The base is on the left. <-- is read as <-.',
  condition:
    'chain, no, job, status and identical begin their conditions here; elsewhere in an expression they are words. Behind no stands jobs.',
  expression:
    'From weakest to strongest: or; and; not; comparisons, in and not in. Each groups to the left. A line may break inside ( ).',
  query: 'A name that begins with query- is a query, and only a query takes a path.',
  call: 'No space before the (.',
  path: 'No space before the [.',
  object: 'As JSON; a reference may stand for a value. {} is an object or a block, whichever fits.',
  list: 'As JSON; items may be bare words.',
  block: 'A { before a quotation mark begins an object, any other { a block.',
  type: 'One name is a type: node, device, job, bitmap, path, size, duration, integer, boolean or string. Several are the words to choose from.',
  hostStatement: 'A space follows the $. Up to the end of the line words stay as they are written.',
  transcript: 'Pasted output, which is skipped up to the end of its line.',
  reply:
    'An object that holds "return", "error", "timestamp" or "QMP", or directly behind a (QEMU) line "execute": skipped.',
  within: 'The value is a duration. Behind else stands cancel.',
  rawStatement: 'A QMP command: {"execute": …, "arguments": …}.',
  useStatement: 'The value is a path.',
};
