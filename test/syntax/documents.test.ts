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
