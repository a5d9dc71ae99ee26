import type { Edit } from '../../diagnostics/diagnostic.ts';
import { successorOf } from '../../qapi/deprecations.ts';
import type { Problem } from '../../qapi/problem.ts';
import type { Schema } from '../../qapi/schema.ts';
import type { Argument, VerbStatement } from '../../syntax/ast.ts';
import { surelyMeant } from '../../text/suggest.ts';
import { switchMeant } from './spelling.ts';

/** The edits that surely put right what a schema says against a statement; none where somebody has to choose. */
export function schemaFix(problem: Problem, statement: VerbStatement, schema: Schema): Edit[] {
  const argument = statement.arguments.find(({ key }) => key.text === problem.path.join('.'));
  switch (problem.kind) {
    case 'unknown-argument':
      return argument && !problem.belongsTo ? renamedKey(argument, statement, problem.allowed ?? []) : [];
    case 'unknown-value':
      return otherValue(argument, word => surelyMeant(word, problem.allowed ?? []));
    case 'wrong-type':
      return problem.expected === 'boolean' ? otherValue(argument, switchMeant) : [];
    case 'deprecated':
      return problem.path.length === 0 ? renamedCommand(statement, schema) : [];
    default:
      return [];
  }
}

function renamedKey({ key }: Argument, statement: VerbStatement, known: readonly string[]): Edit[] {
  const given = statement.arguments.map(argument => argument.key.text);
  // Of a dotted key only the last part is unknown; the others lead to it.
  const at = key.text.lastIndexOf('.') + 1;
  const meant = surelyMeant(
    key.text.slice(at),
    known.filter(name => !given.includes(key.text.slice(0, at) + name)),
  );
  return meant === undefined
    ? []
    : [{ span: { start: key.span.start + at, end: key.span.end }, text: meant }];
}

function otherValue(argument: Argument | undefined, meant: (word: string) => string | undefined): Edit[] {
  if (argument?.value.kind !== 'bare') return [];
  const text = meant(argument.value.text);
  return text === undefined ? [] : [{ span: argument.value.span, text }];
}

/** A command under the name of its successor, where that does the same and takes all that is given. */
function renamedCommand(statement: VerbStatement, schema: Schema): Edit[] {
  const successor = successorOf(statement.verb.text);
  const names = successor?.arguments;
  if (!successor || !names) return [];
  const taken = schema.argumentsOf(successor.use).map(({ name }) => name);
  const edits: Edit[] = [{ span: statement.verb.span, text: successor.use }];
  for (const { key } of statement.arguments) {
    const name = names[key.text];
    if (name === undefined || !taken.includes(name)) return [];
    if (name !== key.text) edits.push({ span: key.span, text: name });
  }
  return edits;
}
