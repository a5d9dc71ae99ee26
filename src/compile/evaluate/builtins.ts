import * as problems from '../../diagnostics/catalogue/flow.ts';
import { respelled } from '../../diagnostics/spelling.ts';
import { type Json, stringifyJson } from '../../qmp/json.ts';
import type { Datum } from '../../statements/datum.ts';
import { isDatumObject, toPlannedJson } from '../../statements/datum.ts';
import type { VerbStatement } from '../../syntax/ast.ts';
import type { Context } from './context.ts';
import { StatementFailure, scriptError } from './failure.ts';
import { io, restart } from './outside/guest.ts';
import { show, subjects } from './show.ts';
import { datumText, evaluateValue } from './values.ts';

/** A verb of the language's own that sends nothing by itself. */
export interface Builtin {
  readonly verb: string;
  evaluate(statement: VerbStatement, context: Context): Promise<Datum>;
}

async function textOf(statement: VerbStatement, context: Context): Promise<string> {
  const parts: string[] = [];
  for (const word of statement.words) {
    const datum = await evaluateValue(word, context);
    parts.push(
      Array.isArray(datum) || isDatumObject(datum)
        ? stringifyJson(toPlannedJson(datum) as Json)
        : datumText(datum),
    );
  }
  return parts.join(' ');
}

const print: Builtin = {
  verb: 'print',
  async evaluate(statement, context) {
    if (statement.words.length === 0) throw scriptError(problems.printWhat(statement.span));
    context.world.output(await textOf(statement, context));
    return null;
  },
};

const fail: Builtin = {
  verb: 'fail',
  async evaluate(statement, context) {
    const text = (await textOf(statement, context)) || 'the script says so';
    if (context.world.planning) return null;
    throw new StatementFailure('expectation', problems.failed(statement.span, text));
  },
};

const showVerb: Builtin = {
  verb: 'show',
  async evaluate(statement, context) {
    const [what, ...names] = statement.words;
    if (!what) throw scriptError(problems.showWhat(statement.span, subjects));
    const subject = datumText(await evaluateValue(what, context));
    if (!subjects.includes(subject)) {
      const finding = problems.unknownShow(what.span, subject, subjects);
      throw scriptError(what.kind === 'bare' ? respelled(finding, what.span, subject, subjects) : finding);
    }
    const [name] = names;
    const filter = name ? datumText(await evaluateValue(name, context)) : undefined;
    const { text, value } = await show(subject, filter, context.world, statement.span);
    context.world.output(text, value);
    return null;
  },
};

/** The verbs that are no QMP: by their word. */
export const builtins: ReadonlyMap<string, Builtin> = new Map(
  [print, fail, showVerb, io, restart].map(builtin => [builtin.verb, builtin]),
);
