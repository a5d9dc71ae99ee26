import { expect, test } from 'vitest';
import { findEngines } from '../../../src/sandbox/engines.ts';
import { session } from './session.ts';

const engines = [...new Set(['sim', ...findEngines().map(({ kind }) => kind)])];

/** What people get wrong, with a word of what the prompt says to it; `!` begins what is no mistake and only sets the scene. */
const MISTAKES: readonly (readonly [entry: string, says: string])[] = [
  ['commit X base=A', 'there is no node `X`'],
  ['commit top=B base=C', '`C` is above `B`'],
  ['commit top=C base=C', 'itself'],
  ['stream D base=D', 'error['],
  ['stream B base=C', 'error['],
  ['blockdev-mirror device=B target=C sync=full job-id=m', 'error['],
  ['snapshot D overlay=C filename=c2.qcow2', '`C`'],
  ['snapshot D overlay=1bad filename=e.qcow2', '1bad'],
  [`snapshot D overlay=${'x'.repeat(40)} filename=e.qcow2`, '31'],
  ['snapshot D overlay=E', 'error['],
  ['snapshot D overlay=E filename=A.qcow2', 'A.qcow2'],
  ['snapshot B overlay=E filename=e.qcow2', 'error['],
  ['commit D base=A', 'then pivot'],
  ['!start mirror D target=F filename=f.qcow2 sync=full job-id=dup', ''],
  ['backup D target=G filename=g.qcow2 sync=full job-id=dup', '`dup`'],
  ['del F', '`F`'],
  ['commit C base=A', 'error['],
  ['!cancel dup force=on', ''],
  ['!del F', ''],
  ['block-commit device=D top-node=D base-node=A', 'job-id'],
  ['job-complete id=nobody', '`nobody`'],
  ['pivot nobody', '`nobody`'],
  ['del D', '`D`'],
  ['del C', '`C`'],
  ['!create S filename=s.qcow2 size=32M', ''],
  ['backup D target=S sync=full', 'size'],
  ['mirror D target=S sync=full then pivot', 'size'],
  ['mirror D target=T filename=t.qcow2 sync=incremental then cancel', 'incremental'],
  ['backup D target=T filename=t.qcow2 sync=incremental bitmap=nob', '`nob`'],
  ['bitmap clear D name=nob', '`nob`'],
  ['bitmap merge D target=nob bitmaps=[]', 'error['],
  ['mirror D target=T filename=t.qcow2 sync=ful then cancel', 'did you mean'],
  ['mirror D target=T filename=t.qcow2 then cancel', '`sync='],
  ['mirror D target=T filename=t.qcow2 sync=full foo=1 then cancel', '`foo=`'],
  ['stream D speed=fast', '"fast"'],
  ['blok-commit device=D', 'block-commit'],
  ['comit C base=A', 'commit'],
  ['commit C base', 'error['],
  ['commit C base=A then pviot', 'pivot'],
  ['transaction { del D', 'error['],
  ['print $nothing', '`$nothing`'],
  ['expect chain disk0: A <- B', 'A <- B <- C <- D'],
  ['chain nodisk: A', '`nodisk`'],
];

test.each(engines)('every mistake is told, and changes nothing, on %s', async engine => {
  const entries = MISTAKES.map(([entry]) => entry.replace(/^!/, ''));
  const marks: number[] = [];
  const { prompt } = await session(
    [
      ...entries.map(entry => (at: { printed: string[] }) => {
        marks.push(at.printed.length);
        return entry;
      }),
      at => {
        marks.push(at.printed.length);
        return 'show chain disk0';
      },
    ],
    { wish: { sandbox: engine } },
  );
  const wrong = MISTAKES.flatMap(([entry, says], at) => {
    const said = prompt.printed.slice(marks[at], marks[at + 1]).join('\n');
    const isScene = entry.startsWith('!');
    const isTold = isScene ? !said.includes('error[') : said.includes('error[') && said.includes(says);
    return isTold ? [] : [`${entry}\n${said}`];
  });
  expect(wrong).toEqual([]);
  expect(prompt.printed.at(-1)).toContain('A <- B <- C <- D <- [');
});
