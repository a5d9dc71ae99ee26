import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProtocolError } from '../../src/qmp/errors.ts';
import { MessageReader } from '../../src/qmp/framing.ts';
import { type JsonObject, parseJson, stringifyJson } from '../../src/qmp/json.ts';

function read(
  bytes: Uint8Array,
  cuts: readonly number[] = [],
): { messages: JsonObject[]; unfinished: boolean } {
  const messages: JsonObject[] = [];
  const reader = new MessageReader(message => messages.push(message));
  let from = 0;
  for (const cut of [...cuts.map(cut => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)) {
    reader.push(bytes.subarray(from, cut));
    from = cut;
  }
  return { messages, unfinished: reader.unfinished };
}

const text = (value: string) => new TextEncoder().encode(value);
const value = fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' });
const compact = fc.dictionary(fc.string({ unit: 'binary' }), value).map(object => JSON.stringify(object));
const layout = fc.constantFrom<((compact: string) => string)[]>(
  compact => compact,
  compact => JSON.stringify(JSON.parse(compact), null, 4),
  compact => JSON.stringify(JSON.parse(compact), null, '\t').replaceAll('\n', '\r\n'),
);
const ending = fc.constantFrom('\n', '\r\n', '\r\n\r\n');

test('messages come through any split of their bytes, whatever their layout', () => {
  const written = fc.array(fc.tuple(compact, layout, ending), { maxLength: 6 });
  fc.assert(
    fc.property(written, fc.array(fc.nat(), { maxLength: 40 }), (parts, cuts) => {
      const bytes = text(parts.map(([json, write, end]) => write(json) + end).join(''));
      expect(read(bytes, cuts)).toEqual({
        messages: parts.map(([json]) => parseJson(json)),
        unfinished: false,
      });
    }),
    { numRuns: 300 },
  );
});

test('each byte may come alone', () => {
  const object = { 'é€😀': ['{"', '}\\"', { a: 1n }], n: 18446744073709551615n };
  for (const written of [
    stringifyJson(object),
    '{\r\n  "é€😀": ["{\\"", "}\\\\\\"",\r\n {"a": 1}],\r\n "n": 18446744073709551615}',
  ]) {
    const bytes = text(`${written}\r\n`);
    const every = Array.from(bytes, (_, at) => at);
    expect(read(bytes, every).messages).toEqual([
      { 'é€😀': ['{"', '}\\"', { a: 1 }], n: 18446744073709551615n },
    ]);
  }
});

test('a message without its line end is not delivered yet', () => {
  expect(read(text('{"a": 1}\r\n{"b": 2}'))).toEqual({ messages: [{ a: 1 }], unfinished: true });
  expect(read(text('{\n"a": 1\n'))).toEqual({ messages: [], unfinished: true });
});

test('a line of megabytes in small chunks takes linear time', () => {
  const time = (megabytes: number) => {
    const bytes = text(`${JSON.stringify({ return: 'x'.repeat(megabytes * 1_000_000) })}\n`);
    const cuts = Array.from({ length: Math.floor(bytes.length / 1024) }, (_, chunk) => chunk * 1024);
    const start = performance.now();
    expect(read(bytes, cuts).messages).toHaveLength(1);
    return performance.now() - start;
  };
  time(2);
  const small = Math.min(time(2), time(2), time(2));
  const large = Math.min(time(16), time(16), time(16));
  // Eight times the bytes: quadratic time would be 64 times as long.
  expect(large / small).toBeLessThan(32);
});

test.each([
  ['a human monitor', "QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) "],
  ['its first bytes alone', 'SSH-2.0'],
  ['telnet options', Uint8Array.of(0xff, 0xfd, 0x01)],
  ['an array', '[{"a": 1}]\n'],
  ['a number', '1\n'],
  ['a broken message', '{"a": tru}\n'],
  ['a string that never ends', '{"a: 1\n'],
  ['a brace too many', '{"a": 1}}\n'],
  ['brackets that do not match', '{"a": [1}\n]\n'],
  ['two messages on a line', '{"a": 1} {"b": 2}\n'],
])('%s is not QMP', (_, garbage) => {
  expect(() => read(typeof garbage === 'string' ? text(garbage) : garbage)).toThrow(ProtocolError);
});

test('what was right before the garbage is delivered', () => {
  const messages: JsonObject[] = [];
  const reader = new MessageReader(message => messages.push(message));
  expect(() => reader.push(text('{"a": 1}\nno\n'))).toThrow('"no"');
  expect(messages).toEqual([{ a: 1 }]);
});
