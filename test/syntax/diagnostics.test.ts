import { describe, expect, test } from 'vitest';
import { parse } from '../../src/syntax/parse.ts';

/** What each text is told, and the piece of it that the label marks. */
const cases: [text: string, code: string, marked: string][] = [
  ['print "abc', 'unclosed-string', '"abc'],
  ["print 'abc'", 'single-quotes', "'abc'"],
  ["del node='abc'", 'single-quotes', "'abc'"],
  ['foo arguments={"a": 1', 'unclosed-literal', '{'],
  ['foo bitmaps=[a, b', 'unclosed-literal', '['],
  ['if (a == b { cont }', 'unclosed-parenthesis', '('],
  ['if status running {\n  cont', 'unclosed-block', '{'],
  ['cont\n}', 'stray-bracket', '}'],
  ['cont )', 'stray-bracket', ')'],
  ['print "a\\qb"', 'bad-escape', '\\q'],
  ['print "a ${} b"', 'bad-interpolation', '${}'],
  ['print ${a}', 'interpolation-outside-string', '$'],
  ['del node=${a}', 'interpolation-outside-string', '${a}'],
  ['print $', 'lone-dollar', '$'],
  ['print a ! b', 'unknown-character', '!'],
  ['print \u201ca\u201d', 'unknown-character', '\u201c'],
  ['print \u{1f600}', '', ''],
  ['commit top = C', 'spaces-around-equals', '='],
  ['commit top= C', 'spaces-around-equals', '= '],
  ['commit top=', 'missing-value', 'top='],
  ['commit top=C, base=A', 'trailing-comma', ','],
  ['del $dir/a', 'run-together', '/a'],
  ['del filename=$dir/a', 'run-together', '/a'],
  ['del filename=a"b"', 'run-together', '"b"'],
  ['del "a""b"', 'run-together', '"b"'],
  ['del filename=)', 'bad-value', ')'],
  ['if $a== 1 { cont }', 'operator-without-spaces', '=='],
  ['chain A<-B', 'operator-without-spaces', '<-'],
  ['if a==b { cont }', 'operator-without-spaces', '=='],
  ['top=C base=A', 'argument-without-verb', 'top=C'],
  ['file="a b"', 'argument-without-verb', 'file='],
  ['commit D then pivot base=A', 'misplaced-argument', 'base=A'],
  ['chain $disk:A <- B', 'misplaced-colon', ':'],
  ['commit top: C', 'misplaced-colon', ':'],
  ['commit A <- B', 'misplaced-arrow', '<-'],
  ['print -> x', 'misplaced-prompt', '->'],
  ['{ cont }', 'block-without-statement', '{'],
  ['cont\nelse { stop }', 'misplaced-else', 'else'],
  ['then pivot', 'misplaced-ending', 'then'],
  ['rotate(a)', 'call-as-statement', 'rotate'],
  ['"text"', 'statement-expected', '"text"'],
  ['$x', 'statement-expected', '$x'],
  ['commit D then', 'missing-ending', ''],
  ['commit D within', 'missing-duration', ''],
  ['wait J within 1m else', 'missing-cancel', ''],
  ['start', 'start-form', ''],
  ['start x=5', 'misplaced-argument', 'x=5'],
  ['expect', 'missing-condition', ''],
  ['wait', 'missing-condition', ''],
  ['if { cont }', 'missing-condition', '{'],
  ['expect job J', 'missing-state', ''],
  ['expect no', 'missing-jobs', ''],
  ['expect no bitmaps', 'unexpected-text', 'bitmaps'],
  ['expect identical "a"', 'missing-image', ''],
  ['expect error "x" del A', 'missing-from', 'del'],
  ['expect error from', 'missing-statement', ''],
  ['defer', 'missing-statement', ''],
  ['@dst', 'missing-statement', ''],
  ['let', 'missing-name', ''],
  ['let x', 'let-form', ''],
  ['let x=5', 'let-form', 'x=5'],
  ['let x =', 'missing-value', ''],
  ['let x = let y = 5', 'statement-not-allowed', 'let'],
  ['defer defer cont', 'statement-not-allowed', 'defer'],
  ['expect error from expect error from cont', 'statement-not-allowed', 'expect'],
  ['param', 'missing-name', ''],
  ['param x', 'missing-type', ''],
  ['param x:', 'missing-type', ''],
  ['param x: integer=4', 'default-form', 'integer=4'],
  ['param x: integer =', 'missing-default', ''],
  ['param x: a|', 'missing-type', ''],
  ['chain', 'missing-image', ''],
  ['chain A <-', 'missing-image', ''],
  ['chain disk:', 'missing-image', ''],
  ['for', 'missing-name', ''],
  ['for x', 'missing-in', ''],
  ['for x in', 'missing-list', ''],
  ['for x in $l', 'missing-block', ''],
  ['if status running', 'missing-block', ''],
  ['if status running {} else', 'missing-block', ''],
  ['proc', 'missing-name', ''],
  ['proc p', 'missing-parameters', ''],
  ['proc p()', 'missing-block', ''],
  ['use', 'missing-path', ''],
  ['wait event', 'missing-event', ''],
  ['wait event E where', 'missing-field', ''],
  ['wait $a == 1 ready', 'unexpected-text', 'ready'],
  ['if $a == { cont }', 'unexpected-text', '{'],
  ['if $a not b { cont }', 'unexpected-text', 'b'],
  ['if a[0] == 1 { cont }', 'index-of-word', '['],
  ['use "a" b', 'unexpected-text', 'b'],
  ['foo arguments={"a" 1}', 'unexpected-text', '1'],
  ['foo arguments={"a": 1 "b": 2}', 'unexpected-text', '"b"'],
  ['foo arguments={"a": {b: 1}}', 'json-key', 'b'],
  ['foo arguments={"${a}": 1}', 'json-key', '"${a}"'],
  ['{"execute": "quit", "argument": {}}', 'raw-key', '"argument"'],
  ['{"arguments": {}}', 'raw-without-command', '{"arguments": {}}'],
  ['$ qemu-img info a | grep b', 'shell-operator', '|'],
  ['$ qemu-img info a > b', 'shell-operator', '>'],
  ['$ rm "a', 'unclosed-string', '"a'],
  ['$ ; cont', 'missing-program', '$'],
];

describe('diagnostics of syntax', () => {
  test.each(cases)('%j is told %s at %j', (text, code, marked) => {
    const { findings } = parse(`stop\n${text}\n`);
    if (code === '') {
      expect(findings).toEqual([]);
      return;
    }
    expect(findings.map(finding => finding.code)).toEqual([code]);
    const span = findings[0]?.primary?.span ?? { start: -1, end: -1 };
    expect(`stop\n${text}\n`.slice(span.start, span.end)).toBe(marked);
    expect(findings[0]?.help?.[0] ?? findings[0]?.message).toBeTruthy();
  });

  test('one bad line never hides the next, whatever it opened', () => {
    const openers = [
      'print "x',
      'foo a={"b": [1,',
      'if (a == (b',
      'foo [a, [b',
      'x = y',
      'commit A <- ]',
      '$ a | "b',
      'expect',
      'commit top=C,',
    ];
    for (const opener of openers) {
      const { script, findings } = parse(`${opener}\nstream node-D base=A\n${opener}\ncont; stop\n`);
      const verbs = script.statements.map(statement =>
        statement.kind === 'verb' ? statement.verb.text : statement.kind,
      );
      expect([opener, verbs]).toEqual([opener, ['stream', 'cont', 'stop']]);
      expect(findings.length).toBeGreaterThanOrEqual(2);
    }
  });

  test('errors inside the blocks of a wrong line are found too', () => {
    const { findings } = parse('if {\n  commit top = C\n  for x in $l {\n    del a=\n  }\n}\nx = 1\n');
    expect(findings.map(({ code }) => code)).toEqual([
      'missing-condition',
      'spaces-around-equals',
      'missing-value',
      'spaces-around-equals',
    ]);
  });

  test('a wrong statement leaves its block and its neighbours in the tree', () => {
    const { script, findings } = parse('@src {\n  cont\n  x = 1\n  stop\n}\n');
    expect(findings).toHaveLength(1);
    expect(script.statements).toMatchObject([
      { kind: 'at', body: { statements: [{ verb: { text: 'cont' } }, { verb: { text: 'stop' } }] } },
    ]);
  });

  test.each([
    ['blocks', `${'@a {'.repeat(65)}cont${'}'.repeat(65)}`],
    ['brackets', `foo a=${'['.repeat(201)}${']'.repeat(201)}`],
    ['brackets', `if ${'('.repeat(201)}x${')'.repeat(201)} {}`],
    ['operators', `if ${'a == '.repeat(201)}a {}`],
    ['blocks', `if a {}${' else if a {}'.repeat(70)}`],
  ])('%s nested too deep are one diagnostic, and the next line is read', (what, text) => {
    const { script, findings } = parse(`${text}\ncont\n`);
    expect(findings.map(({ code }) => code)).toContain('nested-too-deep');
    expect(findings[0]?.message).toContain(what);
    expect(script.statements.at(-1)).toMatchObject({ verb: { text: 'cont' } });
  });

  test('the limits themselves are allowed', () => {
    expect(parse(`${'@a {'.repeat(64)}cont${'}'.repeat(64)}`).findings).toEqual([]);
    expect(parse(`foo a=${'['.repeat(200)}${']'.repeat(200)}`).findings).toEqual([]);
  });

  test('a literal has at most 4 MB', () => {
    const long = 'x'.repeat(4 * 1024 * 1024);
    expect(parse(`print "${long}"\ncont`).findings.map(({ code }) => code)).toEqual(['literal-too-long']);
    expect(parse(`print "${long.slice(2)}"\ncont`).findings).toEqual([]);
    const nine = 'y '.repeat(4.5 * 1024 * 1024);
    const { script, findings } = parse(`cont\nprint ${nine}\n stop`);
    expect(findings.map(({ code }) => code)).toEqual(['literal-too-long']);
    expect(script.statements.at(-1)).toMatchObject({ verb: { text: 'stop' } });
  });
});
