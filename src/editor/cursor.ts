import { type IToken, tokenMatcher } from 'chevrotain';
import { At, KeyOpen, KeyValue, Separator } from '../syntax/tokens.ts';
import { lex } from './lexed.ts';
import { placeOf } from './place.ts';
import { readAbove, type Scene } from './scene.ts';
import { atEndpoint, type Spot, spotIn } from './spot.ts';
import type { Typed } from './typed.ts';
import type { EditorWorld } from './world.ts';

/** Where the cursor stands: behind which tokens of which statement, for which QEMU. */
export function spotAt(text: string, before: readonly IToken[], typed: Typed, world: EditorWorld): Spot {
  const { blocks, statement } = placeOf(before);
  const start = statement[0]?.startOffset ?? typed.start;
  const scene: Scene = {
    world,
    qemu: world,
    endpoint: '',
    typed,
    above: readAbove(text.slice(0, start)),
    later: keysBehind(text, typed.end),
    inTransaction: blocks.some(head => head.some(({ image }) => image === 'transaction')),
    isEntry: blocks.length === 0 && statement.length === 0 && text.slice(0, start).trim() === '',
  };
  const endpoint = blocks
    .flat()
    .findLast(token => tokenMatcher(token, At))
    ?.image.slice(1);
  return spotIn(statement, endpoint === undefined ? scene : atEndpoint(scene, endpoint));
}

/** The keys of what stands on the rest of the statement. */
function keysBehind(text: string, offset: number): Set<string> {
  const keys = new Set<string>();
  const end = text.indexOf('\n', offset);
  for (const token of lex(text.slice(offset, end === -1 ? undefined : end)).tokens) {
    if (tokenMatcher(token, Separator)) break;
    if (tokenMatcher(token, KeyValue) || tokenMatcher(token, KeyOpen))
      keys.add(token.image.slice(0, token.image.indexOf('=')));
  }
  return keys;
}
