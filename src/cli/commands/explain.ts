import type { Explanation } from '../../diagnostics/explanations/explanation.ts';
import { explanations, themes } from '../../diagnostics/explanations/index.ts';
import { columns } from '../../editor/paragraph.ts';
import { UsageError } from '../../target/usage-error.ts';
import { suggest } from '../../text/suggest.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { explanationText } from '../explanation-text.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';

/** `qblk explain [CODE…]`: the story of a diagnostic, or a list of them all. */
export async function explain(options: Options, output: Output): Promise<ExitCode> {
  const codes = options.words.length > 0 ? options.words.map(codeIn) : [...explanations.keys()];
  const found = codes.map(code => [code, known(code)] as const);
  if (output.json) {
    for (const [code, { summary, story, fails, passes }] of found)
      output.record({ record: 'explanation', code, summary, story, fails, passes });
  } else if (options.words.length === 0) {
    output.result(listing());
  } else {
    const texts = await Promise.all(found.map(([code, explanation]) => explanationText(code, explanation)));
    output.result(texts.join('\n\n'));
  }
  return exitCode.done;
}

/** The code alone, where it was copied as a message shows it: `error[base-above-top]`. */
function codeIn(word: string): string {
  return /^[a-z]*\[([a-z-]+)\]:?$/.exec(word)?.[1] ?? word;
}

function known(code: string): Explanation {
  const explanation = explanations.get(code);
  if (explanation) return explanation;
  const near = suggest(code, explanations.keys());
  throw new UsageError(`no diagnostic has the code \`${code}\``, [
    ...(near.length > 0 ? [`did you mean ${near.join(' or ')}?`] : []),
    '`qblk explain` lists them all',
  ]);
}

function listing(): string {
  const width = Math.max(...[...explanations.keys()].map(code => code.length));
  return themes
    .map(({ title, explanations: all }) => {
      const rows = Object.entries(all).map(([code, { summary }]) => [code.padEnd(width), summary] as const);
      return [title, ...columns(rows, width)].join('\n');
    })
    .join('\n\n');
}
