import { describe, expect, test } from 'vitest';
import { parse, parseChunks } from '../../src/syntax/parse.ts';

describe('pasting from documents', () => {
  test('runs each command once and skips what was printed around it', () => {
    const { script, findings } = parse(`(QEMU) block-commit device=a
{
    "execute": "block-commit",
    "arguments": { "device": "a" }
}
{"return": {}}
-> { "execute": "query-block" }
<- { "return": [ { "a": 1 },
                 ... ] }
{ "event": "X", "timestamp": {"seconds": 1} }
{"error": {"class": "GenericError"}}
(QEMU)
{"execute": "quit"}
`);
    expect(findings).toEqual([]);
    expect(script.statements.map(({ kind }) => kind)).toEqual([
      'verb',
      'transcript',
      'transcript',
      'raw',
      'transcript',
      'transcript',
      'transcript',
      'transcript',
      'raw',
    ]);
  });

  test.each([
    ['a reply that lost its brace', '(QEMU) quit\n{\n  "execute": "quit"\n}\n    "return": {}\n}\n'],
    [
      'a reply that lacks a comma',
      'quit\n<- {\n  "timestamp": {...}\n  "data": {\n    "id": "j"\n  },\n  "event": "X"\n}\n',
    ],
    ['an event without its time', 'quit\n{ "event": "X", "data": {} }\n'],
    ['what was left out', 'quit\n\n...\n…\n'],
    ['a list that ends in a comma', 'quit\n<- { "return": [ { "device": "drive0", } ] }\n'],
  ])('skips %s, and goes on behind it', (_, pasted) => {
    const { script, findings } = parse(`${pasted}cont\n`);
    expect(findings).toEqual([]);
    const [first, ...rest] = script.statements.map(({ kind }) => kind);
    expect(first).toBe('verb');
    expect(rest.pop()).toBe('verb');
    expect(new Set(rest)).toEqual(new Set(['transcript']));
  });

  test('a block ends behind a reply that lost its brace', () => {
    const { script, findings } = parse('@a {\n  quit\n  "return": {}\n  }\n}\ncont\n');
    expect(findings).toEqual([]);
    expect(script.statements).toHaveLength(2);
  });

  test('an object that no prompt precedes is a command', () => {
    expect(parse('cont\n{"execute": "quit"}').script.statements[1]).toMatchObject({ kind: 'raw' });
  });
});

describe('comments and documentation', () => {
  const text =
    '#!/usr/bin/env qblk\n## What it does.\n## And why.\nparam a: node\n\n## The mode.\nparam b: size  # trailing\ncont\n  # own\n## A procedure.\nproc p() { stop }\nx#y\n';

  test('are kept in order, with whether they have a line of their own', () => {
    const { comments } = parse(text).script;
    expect(comments.map(comment => [comment.text, comment.ownLine])).toEqual([
      ['#!/usr/bin/env qblk', true],
      ['## What it does.', true],
      ['## And why.', true],
      ['## The mode.', true],
      ['# trailing', false],
      ['# own', true],
      ['## A procedure.', true],
    ]);
    for (const comment of comments)
      expect(text.slice(comment.span.start, comment.span.end)).toBe(comment.text);
  });

  test('document the script, or what stands directly below', () => {
    const { script } = parse(text);
    expect(script.documentation).toBe('What it does.\nAnd why.');
    const [first, second, , proc] = script.statements;
    expect(first?.kind === 'param' && first.parameter.documentation).toBe(undefined);
    expect(second?.kind === 'param' && second.parameter.documentation).toBe('The mode.');
    expect(proc?.kind === 'proc' && proc.documentation).toBe('A procedure.');
  });

  test('come with the piece of a long script in which they stand', () => {
    const pieces = [...parseChunks(text, 10)];
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.map(({ script }) => script.documentation).filter(Boolean)).toEqual([
      'What it does.\nAnd why.',
    ]);
    expect(pieces.flatMap(({ script }) => script.comments)).toHaveLength(7);
  });
});
