import fc from 'fast-check';

/** Scripts that are valid by construction, in many spellings: spaces, comments, `;` and blank lines vary. */
const name = fc.constantFrom(
  'A',
  'node-D',
  'base',
  'top',
  'then',
  'commit',
  'x0',
  'chain',
  'else',
  'in',
  'not',
  'job',
  'größe',
);
const plain = name.filter(word => !['then', 'else'].includes(word));
const verb = fc.constantFrom(
  'commit',
  'stream',
  'query-block',
  'nbd',
  'bitmap',
  'block-commit',
  'print',
  'from',
  'no',
);
const text = fc.constantFrom(
  '""',
  '"a b"',
  '"w-${now}.q\\"2"',
  '"${older[-1].filename}\\n"',
  '"# no comment; {"',
  '"\\u00e9\\$"',
);
const field = fc.constantFrom('', '.size', '.a.b', '[0]', '[-1].f', '["D"].x[2]', '[-$k]', '[len($l)]');
const reference = fc.tuple(fc.constantFrom('$x', '$older'), field).map(parts => parts.join(''));
const scalar = fc.oneof(plain, text, reference, fc.constantFrom('64K', '30s', '42', 'true', 'null', '-1'));
const space = fc.constantFrom(' ', ' ', '  ', ' \\\n  ', '\t', '\u00a0');

const json = fc.letrec<{ value: string }>(tie => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    fc
      .tuple(fc.array(tie('value'), { maxLength: 3 }), fc.constantFrom(', ', ',\n  '))
      .map(([items, comma]) => `[${items.join(comma)}]`),
    fc
      .tuple(
        fc.array(fc.tuple(fc.constantFrom('"a"', '"b-c"', '"\\n"'), tie('value')), { maxLength: 3 }),
        fc.constantFrom(', ', ',\n', ' ,'),
      )
      .map(
        ([entries, comma]) =>
          `{${entries.map(([key, value]) => `${key}: ${value}`).join(comma)}${entries.length > 1 ? comma.trimEnd() : ''}}`,
      ),
  ),
})).value;
const structured = json.filter(value => value.startsWith('[') || value.startsWith('{'));

const pair = fc
  .oneof(
    fc.tuple(
      fc.constantFrom('top', 'file.driver', 'then', 'job-id'),
      fc.constantFrom('C', '10M', 'nbd:h:1:exportname=E', 'a,b', '#block1', 'then'),
    ),
    fc.tuple(fc.constantFrom('filename', 'a.b'), fc.oneof(text, reference, structured)),
  )
  .map(([key, value]) => `${key}=${value}`);
const within = fc.constantFrom('', ' within 30s', ' within $t else cancel');

const expression = fc.letrec<{ value: string }>(tie => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    reference,
    fc.constantFrom(
      'query-block',
      'query-migrate.status',
      'query-block[0].inserted.file',
      'x',
      '5',
      '"t"',
      'len($older)',
      '-$k',
      '[1, 2]',
      '{}',
    ),
    fc
      .tuple(tie('value'), fc.constantFrom('==', '!=', '<', '>=', 'in', 'not in', 'and', 'or'), tie('value'))
      .map(parts => parts.join(' ')),
    tie('value').map(inner => `(${inner})`),
    tie('value').map(inner => `( ${inner}\n )`),
    tie('value').map(inner => `not ${inner}`),
  ),
})).value;

const link = fc.oneof(
  name,
  fc.constantFrom(
    '...',
    'older...',
    '[A]',
    'A="images/a.qcow2"',
    'B size=64M format=qcow2',
    'C=c.qcow2 size=1G',
    '"then"',
    '$x',
  ),
);
const chain = fc
  .tuple(
    fc.constantFrom('', 'disk: ', '$disk: ', '"a b": '),
    fc.array(link, { minLength: 1, maxLength: 4 }),
    fc.constantFrom(' <- ', ' <-- '),
  )
  .map(([device, links, arrow]) => device + links.join(arrow));
const condition = fc.oneof(
  chain.map(pattern => `chain ${pattern}`),
  expression,
  fc.constantFrom('no jobs', 'job J ready', 'job $j running', 'status running', 'identical "a" "b"'),
);

// A lone `{}` behind a verb is its block.
const operands = fc.array(
  fc.oneof(
    scalar,
    pair,
    structured.filter(value => value !== '{}'),
  ),
  { maxLength: 4 },
);
const inner = fc
  .tuple(fc.constantFrom('', '', '@src '), fc.constantFrom('', '', 'start '), verb, operands, space)
  .map(([target, start, word, items, gap]) => target + start + [word, ...items].join(gap));
const parameter = fc.constantFrom(
  'a: node',
  'b: size = 0',
  'c: full|top|none = full',
  'd: device[]',
  'e: string = "x"',
  'f: integer "how many"',
);

const simple = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(inner, fc.constantFrom('', '', ' then pivot'), within).map(parts => parts.join('')),
  },
  chain.map(pattern => `chain ${pattern}`),
  parameter.map(written => `param ${written}`),
  fc
    .tuple(
      name,
      fc.oneof(
        inner,
        json.filter(value => !/^[A-Za-z]/.test(value)),
        fc.constantFrom('5', '-$k', 'len($a)', '(x == 1)', 'true', 'not $a'),
      ),
    )
    .map(([to, value]) => `let ${to} = ${value}`),
  condition.map(written => `expect ${written}`),
  fc
    .tuple(
      condition.filter(written => !/^\(|^[\w"$-]+$/.test(written)),
      within,
    )
    .map(([written, limit]) => `wait ${written}${limit}`),
  fc
    .tuple(
      fc.constantFrom(
        'wait all',
        'wait J',
        'wait $j ready',
        'wait event E',
        'wait event E where a.b=c d="e"',
      ),
      within,
    )
    .map(parts => parts.join('')),
  fc
    .tuple(fc.constantFrom('expect error from ', 'expect error "in use" from ', 'defer '), inner)
    .map(parts => parts.join('')),
  fc.constantFrom(
    'use "lib/a.qblk"',
    '{"execute": "quit"}',
    '-> { "execute": "x",\n "arguments": {} }',
    '<- {"return": [\n 1 ]}',
    '(QEMU) cont',
    '(QEMU)',
  ),
  fc.constantFrom(
    '$ qemu-img create -f qcow2 "a b" \'$x\' ${dir}/x',
    '$ rm $f',
    '{"return": {}}',
    '{"execute": "a"}',
  ),
);

const trailing = fc.constantFrom('', '', '  # why', '\n# own line', '\n\n\n## doc');

const line = fc.letrec<{ value: string }>(tie => {
  const lines = fc
    .array(
      fc.tuple(tie('value'), trailing).map(parts => `\n${parts.join('')}`),
      { maxLength: 3 },
    )
    .map(all => `${all.join('')}\n`);
  const block = fc.oneof(
    fc.constantFrom('{}', '{ cont }', '{ cont; stop }', '{ # note\n}', '{ $ rm $f }'),
    lines.map(body => `{${body}}`),
    lines.map(body => `{  # note${body}}`),
  );
  return {
    value: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      simple,
      fc.tuple(condition, block).map(([test, body]) => `if ${test} ${body}`),
      fc
        .tuple(condition, block, condition, block, block)
        .map(([a, b, c, d, e]) => `if ${a} ${b} else if ${c} ${d} else ${e}`),
      fc.tuple(plain, expression, block).map(([item, list, body]) => `for ${item} in ${list} ${body}`),
      fc
        .tuple(fc.array(parameter, { maxLength: 3 }), block)
        .map(([parameters, body]) => `proc p(${parameters.join(',\n ')}) ${body}`),
      fc
        .tuple(fc.constantFrom('@src ', 'transaction completion-mode=grouped '), block)
        .map(parts => parts.join('')),
      fc
        .tuple(fc.constantFrom('@src {}', 'del A', 'let x = del A'), block)
        .map(([statement, body]) => `${statement} else ${body}`),
    ),
  };
}).value;

/** A whole script. */
export const scripts: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '#!/usr/bin/env qblk\n', '## What it does\n\n', '#!/x\n## a\n## b\n'),
    fc.array(
      fc.tuple(line, trailing, fc.constantFrom('\n', '\n', '\n\n\n', '\r\n')).map(parts => parts.join('')),
      { maxLength: 6 },
    ),
  )
  .map(([head, lines]) => head + lines.join(''));
