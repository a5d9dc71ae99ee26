import * as problems from '../../diagnostics/catalogue/procedures.ts';
import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { Schema } from '../../qapi/schema.ts';
import type { StatementDefinition } from '../../statements/define.ts';
import { statementWords } from '../../statements/index.ts';
import type { Argument, Parameter, ProcStatement, Statement, VerbStatement } from '../../syntax/ast.ts';
import { builtins } from '../evaluate/builtins.ts';
import { wholeKindOfType, writtenFor } from '../evaluate/parameters.ts';
import type { Procedure } from '../procedures.ts';
import { bindDefined } from './bind-defined.ts';
import { circlesAmong } from './calls-in.ts';
import { LANGUAGE_WORDS } from './words.ts';

/** The procedures that a script can call, by name: the verbs that it adds to those of the language. */
export type Procedures = ReadonlyMap<string, Procedure>;

interface Binder {
  readonly schema: Schema;
  readonly findings: Finding[];
  readonly procedures: Procedures;
}

/** Of two procedures with one name the second is told of, and the first is meant. */
export function procedureNames(list: readonly Procedure[], findings: Finding[]): Map<string, Procedure> {
  const procedures = new Map<string, Procedure>();
  for (const procedure of list) {
    const { text, span } = procedure.statement.name;
    const first = procedures.get(text);
    if (first) findings.push(problems.repeatedProcedure(span, text, first.statement.name.span));
    else procedures.set(text, procedure);
  }
  return procedures;
}

/** What calls itself, directly or through others, has no end. */
export function bindCircles(own: readonly Procedure[], { findings, procedures }: Binder): void {
  for (const { call, trail } of circlesAmong(procedures, own))
    findings.push(problems.recursiveProcedure(call.verb.span, trail));
}

/** Holds a procedure's head against what there is: its name and its defaults. */
export function bindProcedure({ statement }: Procedure, binder: Binder): void {
  const { findings, schema } = binder;
  const { text: name, span } = statement.name;
  const taken = meaningOf(name, schema);
  if (taken !== undefined) findings.push(problems.nameTaken(span, name, taken));
  const defaults = statement.parameters.flatMap(defaultOf);
  bindDefined(definitionOf(statement, false), callOf(statement, defaults), binder);
}

/** Holds a call against the procedure's parameters, as a statement is held against its definition. */
export function bindCall(
  { statement: procedure }: Procedure,
  statement: VerbStatement,
  binder: Binder,
): void {
  const { findings } = binder;
  const { within, ...call } = statement;
  const [subject] = procedure.parameters;
  const [word, ...more] = call.words;
  const typed = {
    ...call,
    words: word && subject ? [writtenFor(subject, word), ...more] : call.words,
    arguments: call.arguments.map(argument => {
      const parameter = procedure.parameters.find(({ name }) => name.text === argument.key.text);
      return parameter ? { ...argument, value: writtenFor(parameter, argument.value) } : argument;
    }),
  };
  bindDefined(definitionOf(procedure, true), typed, binder);
  if (within?.otherwise) findings.push(problems.cancelAroundCall(within.otherwise.span, procedure.name.text));
}

/** A procedure gives nothing back, so `let x = name …` keeps nothing. */
export function bindKept(statement: Statement, { findings, procedures }: Binder): void {
  if (statement.kind !== 'verb' || !procedures.has(statement.verb.text)) return;
  findings.push(problems.nothingGiven(statement.verb.span, statement.verb.text));
}

/** What a verb is without any procedure, in words; undefined where it is free. */
function meaningOf(name: string, schema: Schema): string | undefined {
  if (builtins.has(name) || statementWords.has(name)) return 'a statement';
  if (LANGUAGE_WORDS.includes(name) || ['then', 'within', 'else'].includes(name))
    return 'a word of the language';
  return schema.command(name) ? 'a QMP command' : undefined;
}

function defaultOf({ default: value, name, span }: Parameter): Argument[] {
  return value ? [{ span, key: name, value }] : [];
}

/** A call that gives a procedure's defaults: they are judged as a caller's values are. */
function callOf({ name, span }: ProcStatement, list: readonly Argument[]): VerbStatement {
  return { kind: 'verb', span, verb: name, words: [], arguments: list };
}

/** A procedure in the form of a statement's definition, for the checks of its calls. */
function definitionOf({ name, parameters }: ProcStatement, isCalled: boolean): StatementDefinition {
  return {
    verb: name.text,
    summary: '',
    parameters: parameters.map(parameter => ({
      name: parameter.name.text,
      kind: wholeKindOfType(parameter) ?? { is: 'string' },
      summary: parameter.documentation ?? 'a parameter without a default',
      required: isCalled && parameter.default === undefined,
    })),
    examples: [],
    lower: () => ({ steps: [] }),
  };
}
