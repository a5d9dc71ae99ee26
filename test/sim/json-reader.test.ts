import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson } from '../../src/qmp/json.ts';
import { JsonReader } from '../../src/sim/json-reader.ts';
import { garbled } from './dialogue.ts';

const read = (...pieces: (string | Uint8Array)[]) => {
  const reader = new JsonReader();
  return pieces.flatMap(piece => reader.push(typeof piece === 'string' ? Buffer.from(piece) : piece));
};

test('messages need nothing between them, and are complete with their last brace', () => {
  expect(read('{"a":1}{"b":', ' [{}, 2]', '}\n{')).toEqual([
    { message: { a: 1 } },
    { message: { b: [{}, 2] } },
  ]);
});

test('numbers stay exact, and strings may stand in single quotes', () => {
  expect(read(`{"id": 12345678901234567890, 'x': 'it\\'s "so"', "y": "\\u00e9\\ud83d\\ude00\\n"}`)).toEqual([
    { message: { id: 12345678901234567890n, x: 'it\'s "so"', y: 'é😀\n' } },
  ]);
});

test('any JSON object is read as it is, wherever its bytes are cut', () => {
  const json = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ stringUnit: 'grapheme' }));
  fc.assert(
    fc.property(json, fc.array(fc.nat(), { maxLength: 5 }), (value, cuts) => {
      const text = JSON.stringify(value);
      const bytes = Buffer.from(text);
      const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
      const pieces = places.slice(1).map((end, at) => bytes.subarray(places[at], end));
      expect(read(...pieces)).toEqual([{ message: parseJson(text) }]);
    }),
  );
});

test('whatever comes, the next line that is whole is read', () => {
  const noise = fc.string({ unit: fc.constantFrom(...'{}[]:,"\'\\a1-.e \t%@') });
  fc.assert(
    fc.property(noise, text => {
      // A string can't go over a line's end, and the brackets close what may be open.
      const reader = new JsonReader();
      reader.push(Buffer.from(`${text}\n`));
      reader.push(Buffer.from('\x01'));
      expect(reader.push(Buffer.from('{"execute":"x"}\n')).at(-1)).toEqual({ message: { execute: 'x' } });
    }),
  );
});

test.each<[string, number[], string]>([
  ['a byte that no UTF-8 has ends the string', [0xff], "stray '\"x\ufffd'"],
  ['a sequence that breaks off', [0xc3, 0x28], 'invalid UTF-8 sequence in string'],
  ['half of a surrogate pair', [0xed, 0xa0, 0x80], 'invalid UTF-8 sequence in string'],
  ['what is beyond Unicode', [0xf4, 0x90, 0x80, 0x80], 'invalid UTF-8 sequence in string'],
  ['a code point that is no character', [0xef, 0xbf, 0xbe], 'invalid UTF-8 sequence in string'],
])('%s is a parse error', (_, bytes, fault) => {
  const sent = Buffer.concat([Buffer.from('{"execute":"x'), Buffer.from(bytes), Buffer.from('"}')]);
  expect(read(sent)[0]).toEqual({ fault: `JSON parse error, ${fault}` });
});

test('QEMU’s own longer form of NUL is one', () => {
  expect(read(Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc0, 0x80, 0x22, 0x7d]))).toEqual([
    { message: { a: '\0' } },
  ]);
});

test('brackets by the thousand are refused, not followed', () => {
  const [first] = read('['.repeat(5000));
  expect(first).toEqual({ fault: 'JSON nesting depth limit exceeded' });
});

test.each(garbled)('$sent is found fault with in QEMU’s words', ({ sent, heard }) => {
  const faults = read(sent).flatMap(incoming =>
    'fault' in incoming ? `GenericError: ${incoming.fault}` : [],
  );
  expect(faults).toEqual(heard.filter(words => words.includes('JSON parse error')));
});
