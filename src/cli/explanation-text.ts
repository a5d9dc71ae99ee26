import type { Explanation } from '../diagnostics/explanations/explanation.ts';
import { renderDiagnostic } from '../diagnostics/render.ts';
import { fill } from '../editor/paragraph.ts';
import { findingsOf } from './explained-example.ts';

/** An explanation as text of 80 columns, with the frames that its failing example gets now. */
export async function explanationText(code: string, explanation: Explanation): Promise<string> {
  const { summary, story, fails, passes } = explanation;
  const source = { name: 'example.qblk', text: fails };
  const findings = await findingsOf(explanation, fails);
  const frames = findings.map(finding => renderDiagnostic({ ...finding, source })).join('\n\n');
  const isFixed = findings.some(finding => finding.code === code && finding.fix);
  return [
    code,
    fill(summary).join('\n'),
    ...story.map(paragraph => fill(paragraph).join('\n')),
    'this fails',
    indented(shortened(fails)),
    ...(frames === '' ? [] : [indented(frames)]),
    ...(isFixed ? ['`qblk check --fix` puts this right.'] : []),
    'this passes',
    indented(shortened(passes)),
  ].join('\n\n');
}

/** A script with its overlong lines cut: an example may be as long as what it is an example of. */
export function shortened(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map(line => (line.length > 160 ? `${line.slice(0, 60)} … ${line.slice(-20)}` : line))
    .join('\n');
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
