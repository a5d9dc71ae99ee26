import { describe, expect, test } from 'vitest';
import type { Statement } from '../../src/syntax/ast.ts';
import { parse } from '../../src/syntax/parse.ts';

function only(text: string): Statement {
  const { script, findings } = parse(text);
  expect(findings).toEqual([]);
  expect(script.statements).toHaveLength(1);
  return script.statements[0] as Statement;
}

const bare = (text: string) => ({ kind: 'bare', text });
const string = (...parts: unknown[]) => ({ kind: 'text', parts });
const variable = (name: string, ...path: unknown[]) => ({ kind: 'reference', name: { text: name }, path });
const image = (name: string) => ({ kind: 'image', name: bare(name) });
const pair = (key: string, value: unknown) => ({ key: { text: key }, value });
const verb = (text: string) => ({ kind: 'verb', verb: { text } });
const field = (name: string) => ({ kind: 'field', name });
const index = (value: unknown) => ({ kind: 'index', index: value });

describe('statements', () => {
  test.each<[string, object]>([
    [
      'commit top=C base=A then pivot within 10m else cancel',
      {
        ...verb('commit'),
        words: [],
        arguments: [pair('top', bare('C')), pair('base', bare('A'))],
        ending: { text: 'pivot' },
        within: { limit: bare('10m'), otherwise: { text: 'cancel' } },
      },
    ],
    [
      'commit top=top base=base job-id=then',
      { arguments: [pair('top', bare('top')), pair('base', bare('base')), pair('job-id', bare('then'))] },
    ],
    ['start mirror D sync=full', { ...verb('mirror'), started: { start: 0, end: 5 }, words: [bare('D')] }],
    [
      '@dst nbd start unix:/tmp/x',
      { ...verb('nbd'), target: { text: 'dst' }, words: [bare('start'), bare('unix:/tmp/x')] },
    ],
    ['nbd start localhost:10809', { words: [bare('start'), bare('localhost:10809')] }],
    ['export add E id=x0 type=nbd', { ...verb('export'), words: [bare('add'), bare('E')] }],
    [
      'bitmap merge D bitmaps=[b0, b1,] target=b2',
      {
        arguments: [
          pair('bitmaps', { kind: 'list', items: [bare('b0'), bare('b1')] }),
          pair('target', bare('b2')),
        ],
      },
    ],
    [
      'drive-mirror target=nbd:localhost:49153:exportname=node-E',
      { arguments: [pair('target', bare('nbd:localhost:49153:exportname=node-E'))] },
    ],
    [
      'foo a={"b": [1, {}], "c": $x,}',
      {
        arguments: [
          pair('a', {
            kind: 'object',
            entries: [
              { key: { text: 'b' }, value: { items: [bare('1'), { kind: 'object', entries: [] }] } },
              { key: { text: 'c' }, value: variable('x') },
            ],
          }),
        ],
      },
    ],
    ['foo a={}', { arguments: [pair('a', { kind: 'object', entries: [] })] }],
    [
      'snapshot A overlay="w-${now}\\u0041\\$"',
      { arguments: [pair('overlay', string('w-', variable('now'), 'A$'))] },
    ],
    ['print "x" $y ""', { ...verb('print'), words: [string('x'), variable('y'), string()] }],
    [
      'print $done.a.b[0].c["D"][-1]',
      {
        words: [
          variable(
            'done',
            field('a'),
            field('b'),
            index(bare('0')),
            field('c'),
            index(string('D')),
            index(bare('-1')),
          ),
        ],
      },
    ],
    [
      'commit $older[-$keep] base=base',
      { words: [variable('older', index({ kind: 'unary', operator: '-', operand: variable('keep') }))] },
    ],
    [
      'transaction completion-mode=grouped { stop; cont }',
      { ...verb('transaction'), block: { statements: [verb('stop'), verb('cont')] } },
    ],
    ['del A else { print "x" }', { ...verb('del'), otherwise: { statements: [verb('print')] } }],
    [
      'wait J within 1m else { stop }',
      { kind: 'wait-job', within: { limit: bare('1m') }, otherwise: { statements: [verb('stop')] } },
    ],
    [
      '@src { cont } else { stop }',
      {
        kind: 'at',
        target: { text: 'src' },
        body: { statements: [verb('cont')] },
        otherwise: { statements: [verb('stop')] },
      },
    ],
    ['chain A <- B', { kind: 'chain', chain: { links: [image('A'), image('B')] } }],
    ['chain then <- commit <- in', { chain: { links: [image('then'), image('commit'), image('in')] } }],
    [
      'chain disk0: [A] <-- older... <- ... <- D',
      {
        chain: {
          device: bare('disk0'),
          links: [image('A'), { kind: 'rest', name: { text: 'older' } }, { kind: 'rest' }, image('D')],
        },
      },
    ],
    [
      'chain $d: A="a b" <- B size=64M',
      {
        chain: {
          device: variable('d'),
          links: [
            { name: bare('A'), filename: string('a b') },
            { name: bare('B'), attributes: [pair('size', bare('64M'))] },
          ],
        },
      },
    ],
    [
      'param x: full|top = top "how"',
      {
        kind: 'param',
        parameter: {
          name: { text: 'x' },
          type: { names: [{ text: 'full' }, { text: 'top' }], list: false },
          default: bare('top'),
          documentation: 'how',
        },
      },
    ],
    ['param d: device[]', { parameter: { type: { names: [{ text: 'device' }], list: true } } }],
    ['let x = 5', { kind: 'let', name: { text: 'x' }, value: bare('5') }],
    ['let x = true', { value: bare('true') }],
    ['let commit = commit D', { name: { text: 'commit' }, value: verb('commit') }],
    ['let x = query-block', { value: verb('query-block') }],
    ['let x = @src wait event E', { value: { kind: 'wait-event', target: { text: 'src' } } }],
    ['let x = {"execute": "a"}', { value: { kind: 'object' } }],
    ['let x = len($a)', { value: { kind: 'call', function: { text: 'len' }, arguments: [variable('a')] } }],
    ['let x = $ qemu-img info a', { value: { kind: 'host' } }],
    [
      'expect chain $d: A',
      { kind: 'expect', condition: { kind: 'chain', chain: { device: variable('d'), links: [image('A')] } } },
    ],
    ['expect no jobs', { condition: { kind: 'no-jobs' } }],
    ['expect status running', { condition: { kind: 'status', state: { text: 'running' } } }],
    [
      'expect identical "b" e.qcow2',
      { condition: { kind: 'identical', left: string('b'), right: bare('e.qcow2') } },
    ],
    [
      'expect error "in use" from @src del A',
      { kind: 'expect-error', text: string('in use'), from: { ...verb('del'), target: { text: 'src' } } },
    ],
    ['expect error from stream D', { kind: 'expect-error', from: verb('stream') }],
    [
      'expect $x == status',
      { condition: { kind: 'test', test: { kind: 'binary', operator: '==', right: bare('status') } } },
    ],
    ['wait all', { kind: 'wait-job', job: 'all' }],
    ['wait J ready', { kind: 'wait-job', job: bare('J'), state: { text: 'ready' } }],
    ['wait $j within 1m', { kind: 'wait-job', job: variable('j'), within: { limit: bare('1m') } }],
    [
      'wait job J ready',
      { kind: 'wait', condition: { kind: 'job', job: bare('J'), state: { text: 'ready' } } },
    ],
    [
      'wait query-migrate.status == "completed" within 10m',
      {
        kind: 'wait',
        condition: {
          test: { left: { kind: 'query', command: { text: 'query-migrate' }, path: [field('status')] } },
        },
        within: {},
      },
    ],
    [
      'wait event E where a.b=c d="e" within 1m',
      {
        kind: 'wait-event',
        event: { text: 'E' },
        where: [pair('a.b', bare('c')), pair('d', string('e'))],
        within: {},
      },
    ],
    [
      'if query-block[0].inserted {}',
      {
        kind: 'if',
        condition: { test: { kind: 'query', path: [index(bare('0')), field('inserted')] } },
        consequent: { statements: [] },
      },
    ],
    [
      'if not $a == 1 and $b not in [1] or x {}',
      {
        condition: {
          test: {
            operator: 'or',
            left: {
              operator: 'and',
              left: { kind: 'unary', operator: 'not', operand: { operator: '==' } },
              right: { operator: 'not in' },
            },
          },
        },
      },
    ],
    ['if ($a\n  and $b) {}', { condition: { test: { kind: 'group', inner: { operator: 'and' } } } }],
    [
      'if a { cont } else if b { stop } else { quit }',
      {
        consequent: { statements: [verb('cont')] },
        otherwise: {
          statements: [
            {
              kind: 'if',
              consequent: { statements: [verb('stop')] },
              otherwise: { statements: [verb('quit')] },
            },
          ],
        },
      },
    ],
    [
      'for f in $done.dropped { $ rm $f }',
      {
        kind: 'for',
        name: { text: 'f' },
        list: variable('done', field('dropped')),
        body: { statements: [{ kind: 'host', words: [string('rm'), string(variable('f'))] }] },
      },
    ],
    [
      'proc p(a: node, b: size = 0) { stop }',
      {
        kind: 'proc',
        name: { text: 'p' },
        parameters: [{ name: { text: 'a' } }, { default: bare('0') }],
        body: { statements: [verb('stop')] },
      },
    ],
    ['use "lib/a.qblk"', { kind: 'use', path: string('lib/a.qblk') }],
    ['defer @dst nbd stop', { kind: 'defer', statement: { ...verb('nbd'), target: { text: 'dst' } } }],
    [
      '$ qemu-img create "a b"c \'$x\' ${d}/e $f.g {}',
      {
        kind: 'host',
        words: [
          string('qemu-img'),
          string('create'),
          string('a bc'),
          string('$x'),
          string(variable('d'), '/e'),
          string(variable('f', field('g'))),
          string('{}'),
        ],
      },
    ],
    [
      '{"execute": "quit", "id": 1}',
      { kind: 'raw', message: { entries: [{ key: { text: 'execute' }, value: string('quit') }, {}] } },
    ],
    [
      '-> {\n  "execute": "x",\n  "arguments": {\n    "a": 1\n  }\n}',
      { kind: 'raw', prompt: { start: 0, end: 2 } },
    ],
    ['(QEMU) block-commit device=a', { ...verb('block-commit'), prompt: { start: 0, end: 6 } }],
    [
      'stream \\\n  D\u00a0base=A',
      { ...verb('stream'), words: [bare('D')], arguments: [pair('base', bare('A'))] },
    ],
  ])('%s', (text, tree) => expect(only(text)).toMatchObject(tree));

  test('every span is where its text is', () => {
    const text = 'cont\n@dst start mirror  D target="e" sync=full';
    const statement = parse(text).script.statements[1];
    const at = (node: { span: { start: number; end: number } } | undefined) =>
      text.slice(node?.span.start, node?.span.end);
    expect(at(statement)).toBe('@dst start mirror  D target="e" sync=full');
    expect(at(statement?.target)).toBe('dst');
    if (statement?.kind !== 'verb') throw new Error('not a verb statement');
    expect([
      at(statement.verb),
      at(statement.words[0]),
      ...statement.arguments.flatMap(one => [at(one), at(one.key), at(one.value)]),
    ]).toEqual(['mirror', 'D', 'target="e"', 'target', '"e"', 'sync=full', 'sync', 'full']);
  });
});
