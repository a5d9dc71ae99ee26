import { Later } from '../../../qapi/placeholder.ts';
import type { Datum } from '../../../statements/datum.ts';
import type { HostStep } from '../../../statements/step.ts';
import type { HostStatement } from '../../../syntax/ast.ts';
import type { Context } from '../context.ts';
import { scriptError } from '../failure.ts';
import { predictStep } from '../predict.ts';
import { refusalAt } from '../refusal.ts';
import { datumText, evaluateValue } from '../values.ts';
import { probedByHost } from './host-formats.ts';
import { hostHarm } from './host-harm.ts';
import { hostProblem } from './host-rules.ts';

/**
 * `$ qemu-img create …`: a program of this host, without a shell. Answers with what it printed, without the white space
 * around it.
 */
export async function evaluateHost(statement: HostStatement, context: Context): Promise<Datum> {
  const words: { readonly text: string | Later; readonly span: HostStatement['span'] }[] = [];
  for (const word of statement.words) {
    const datum = await evaluateValue(word, context);
    words.push({ text: datum instanceof Later ? datum : datumText(datum), span: word.span });
  }
  const [program, ...rest] = words.map(({ text, span }) => ({
    text: text instanceof Later ? undefined : text,
    span,
  }));
  const problem = program && hostProblem(program, rest, context.host ?? {});
  if (problem) throw scriptError(problem);
  const { files } = context.host ?? {};
  const step: HostStep = {
    kind: 'host',
    program: program?.text ?? '',
    arguments: words.slice(1).map(({ text }) => text),
    ...(files ? { folder: files.folder } : {}),
  };
  if (!context.unchecked) {
    // An argument is named by its number, the program being the first word.
    const spanOf = ([at]: readonly (string | number)[]) =>
      (typeof at === 'number' ? words[at + 1]?.span : undefined) ?? statement.span;
    const worlds = [context.world, ...[...context.endpoints.values()].filter(one => one !== context.world)];
    for (const world of worlds) {
      const graph = await world.graph();
      const after = predictStep(graph, step);
      const refusal = 'refused' in after ? after : files && hostHarm(graph, step, files);
      if (refusal) throw refusalAt(refusal, spanOf, context);
    }
    const probed = context.world.planning && probedByHost(step.program, rest, await context.world.graph());
    if (probed) context.findings.push(probed);
  }
  const printed = await context.world.perform(step, context.limit);
  return context.world.planning ? new Later(`what ${step.program} prints`) : printed;
}
