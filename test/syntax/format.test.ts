import { expect, test } from 'vitest';
import { parse } from '../../src/syntax/parse.ts';
import { format } from '../../src/syntax/print.ts';

const formatted = (text: string) => format(parse(text).script, text);

test.each([
  ['stop;cont', 'stop\ncont\n'],
  ['  chain   [A] <--  [B]   <- C  ', 'chain A <- B <- C\n'],
  ['commit  top=C\tbase=A   then  pivot', 'commit top=C base=A then pivot\n'],
  ['stream \\\n   D base=A', 'stream D base=A\n'],
  ['foo base=A D', 'foo base=A D\n'],
  ['foo a={ "b":[1,2 , ],}', 'foo a={"b": [1, 2]}\n'],
  ['foo a={ "b":1,\n"c":[2]}', 'foo a={\n  "b": 1,\n  "c": [2]\n}\n'],
  ['if   $a==  1 {}', 'if   $a==  1 {}'],
  ['if ( $a  ==  1 )   {\nstop\n\n\n\ncont }', 'if ($a == 1) {\n  stop\n\n  cont\n}\n'],
  ['for f in [ a ] {$ rm   $f }', 'for f in [a] { $ rm $f }\n'],
  ['for f in [a] { stop; cont }', 'for f in [a] {\n  stop\n  cont\n}\n'],
  ['if a { stop } else   if b { cont }  else {quit}', 'if a { stop } else if b { cont } else { quit }\n'],
  ['if a { stop } else { if b {cont} }', 'if a { stop } else { if b { cont } }\n'],
  [
    '\n\n# one\n\n\n\nstop   # two\n{"return": {}}  \n# three',
    '# one\n\nstop  # two\n{"return": {}}\n# three\n',
  ],
  ['@src {    # why\n  # inside\n}', '@src {  # why\n  # inside\n}\n'],
  ['param x :  a', 'param x: a\n'],
  ['param x: full | top= "a"', 'param x: full | top= "a"'],
  ['param x: full | top  =  "a"   "doc"', 'param x: full|top = "a" "doc"\n'],
  ['foo a=[1, # one\n 2]', 'foo a=[1, # one\n 2]\n'],
  ['stop\r\ncont\r\n', 'stop\ncont\n'],
  ['x = 1', 'x = 1'],
  ['', ''],
])('%j becomes %j', (text, expected) => expect(formatted(text)).toBe(expected));
