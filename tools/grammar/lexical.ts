/** How a token looks: in EBNF where that reads well, with what the EBNF cannot say beside it. */
export interface LexicalRule {
  readonly name: string;
  readonly definition: string;
  readonly note?: string;
  /** Texts that are this token, by the lexer's name for it. */
  readonly samples?: {
    readonly token: string;
    readonly are: readonly string[];
    readonly areNot: readonly string[];
  };
}

/** The EBNF's lexical rules, those for the grammar first. The samples hold them against the lexer. */
export const lexicalRules: readonly LexicalRule[] = [
  {
    name: 'Name',
    definition: "WordCharacter+ ( ':' WordCharacter+ )*",
    note: 'Any word, those with a meaning of their own included. No = follows it, and a ( only in a call.',
    samples: {
      token: 'AnyWord',
      are: ['then', 'A', 'older...', 'nbd:host', './a.qcow2'],
      areNot: ['a:', '"a"', 'a=b'],
    },
  },
  {
    name: 'Word',
    definition: "Name - ( 'then' | 'within' | 'else' )",
    note: 'These three end the arguments of a statement, so as values there they are quoted.',
    samples: {
      token: 'PlainWord',
      are: ['node-D', 'commit', 'in', '10M', 'true'],
      areNot: ['then', 'within', 'else'],
    },
  },
  {
    name: 'Key',
    definition: 'WordCharacter+',
    samples: { token: 'KeyOpen', are: ['a=', 'file.driver='], areNot: ['a', '=', 'a:b='] },
  },
  {
    name: 'BareValue',
    definition: `[^#x9#xA#xD#x20;"'\`{}()#x5B#x5D$<>|\\]+`,
    note: 'It does not end in a comma. null and on are words too: the parameter decides.',
    samples: {
      token: 'KeyValue',
      are: ['a=b', 'a=nbd:h:1:exportname=n', 'a=then'],
      areNot: ['a=b,', 'a="b"', 'a=$b', 'a='],
    },
  },
  {
    name: 'String',
    definition: `'"' ( [^"\\#xA] | '\\' [^#xA] | '\${' Identifier path? '}' )* '"'`,
    note: 'The escapes are those of JSON, and \\$ for a dollar. It ends on its line.',
    samples: { token: 'Text', are: ['"a b"', '"\\""', '""'], areNot: ["'a'", '"a', 'a'] },
  },
  {
    name: 'Variable',
    definition: "'$' Identifier ( '.' Identifier )*",
    samples: { token: 'Variable', are: ['$a', '$a.b-c.d'], areNot: ['$', '$1', 'a'] },
  },
  {
    name: 'Field',
    definition: "( '.' Identifier )+",
    note: 'Directly behind a ].',
  },
  {
    name: 'Target',
    definition: "'@' WordCharacter+",
    samples: { token: 'At', are: ['@src'], areNot: ['@', 'src'] },
  },
  {
    name: 'Comparison',
    definition: "'==' | '!=' | '<=' | '>=' | '<' | '>'",
    samples: { token: 'Compare', are: ['==', '!=', '<=', '>=', '<', '>'], areNot: ['=', '<-', '=<'] },
  },
  {
    name: 'Prompt',
    definition: "'(QEMU)' | '->'",
    samples: { token: 'EmptyPrompt', are: ['(QEMU)', '->'], areNot: ['<-', '(qemu)'] },
  },
  {
    name: 'HostWord',
    definition: `( [^#x9#xA#x20;"'\\] | '\\' [^#xA] | "'" [^'#xA]* "'" | '"' ( [^"\\#xA] | '\\' [^#xA] )* '"' )+`,
    note: 'Operators of a shell are told as errors.',
  },
  {
    name: 'RestOfLine',
    definition: '[^#xA]*',
  },
  {
    name: 'End',
    definition: "#xA | ';'",
    note: 'A \\ at the end of a line joins the next line to it.',
    samples: { token: 'Separator', are: ['\n', ';'], areNot: [' ', ',', '\n\n'] },
  },
  {
    name: 'Identifier',
    definition: '[A-Za-z_] [A-Za-z0-9_-]*',
  },
  {
    name: 'WordCharacter',
    definition: '[A-Za-z0-9_./@%+~-] | [#xA1-#xFFFF]',
    note: 'Beyond #x7F without the spaces, quotation marks and direction marks of Unicode.',
  },
  {
    name: 'Comment',
    definition: "'#' [^#xA]*",
    note: 'At the start of a line or behind white space. Lines of ## are documentation: of the script at its head, of a parameter or proc directly above it.',
  },
];
