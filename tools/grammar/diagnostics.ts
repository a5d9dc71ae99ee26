import { shortened } from '../../src/cli/explanation-text.ts';
import type { Explanation } from '../../src/diagnostics/explanations/explanation.ts';
import { themes } from '../../src/diagnostics/explanations/index.ts';

/** The page of the diagnostics: what each code means, with a script that gets it and one that does not. */
export function diagnostics(): string {
  return `${[
    '# The diagnostics of qblk',
    'Made by `npx tsx tools/grammar.ts` from the explanations that `qblk explain` tells, which also shows what is said to each example.',
    themes
      .map(({ title, explanations }) => {
        const codes = Object.keys(explanations).map(code => `[${code}](#${code})`);
        return `- ${title}: ${codes.join(', ')}`;
      })
      .join('\n'),
    ...themes.flatMap(({ title, explanations }) => [
      `## ${title}`,
      ...Object.entries(explanations).flatMap(([code, explanation]) => section(code, explanation)),
    ]),
  ].join('\n\n')}\n`;
}

function section(code: string, { summary, story, fails, passes, setting }: Explanation): string[] {
  const seen = setting?.command ?? 'check';
  const how = seen === 'compile' || seen === 'run' ? `This fails, as \`qblk ${seen}\` shows:` : 'This fails:';
  return [
    `### ${code}`,
    `**${summary}**`,
    ...story,
    how,
    fence(fails, seen),
    'This passes:',
    fence(passes, seen),
  ];
}

function fence(script: string, seen: string): string {
  return `\`\`\`${seen === 'shell' ? 'sh' : 'qblk'}\n${shortened(script)}\n\`\`\``;
}
