import * as values from '../../diagnostics/catalogue/values.ts';
import * as verbs from '../../diagnostics/catalogue/verbs.ts';
import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { Schema } from '../../qapi/schema.ts';
import type { ParameterDefinition, StatementDefinition } from '../../statements/define.ts';
import type { Value, VerbStatement } from '../../syntax/ast.ts';
import { parseDuration, parseInteger, parseSize } from '../../text/scalars.ts';
import { describeKind } from '../evaluate/arguments.ts';
import { commandOf, valuesByParameter } from '../evaluate/call.ts';

/** Holds a statement against its definition: words, keys, required parameters, the shape of what is written out, ending. */
export function bindDefined(
  definition: StatementDefinition,
  statement: VerbStatement,
  schema: Schema,
  findings: Finding[],
): void {
  const { verb } = definition;
  const [subject] = definition.parameters;
  const [word, extra] = statement.words;
  const parameterNames = definition.parameters.map(({ name }) => name);
  if (extra) findings.push(verbs.unexpectedWord(extra.span, verb, parameterNames));
  const twice = word && subject && statement.arguments.find(({ key }) => key.text === subject.name);
  if (twice) findings.push(verbs.repeatedArgument(twice.key.span, word.span, subject.name));
  bindKeys(definition, statement, schema, findings);
  const given = valuesByParameter(definition, statement);
  for (const parameter of definition.parameters) {
    const value = given.get(parameter.name);
    if (value) bindLiteral(parameter, value, findings);
    else if (parameter.required) {
      findings.push(
        verbs.missingArgument(
          statement.verb.span,
          verb,
          parameter.name,
          parameter.summary,
          describeKind(parameter.kind),
        ),
      );
    }
  }
  bindEnding(definition, statement, findings);
  if (statement.block) findings.push(verbs.noBlockHere(statement.block.span, verb));
}

function bindKeys(
  definition: StatementDefinition,
  statement: VerbStatement,
  schema: Schema,
  findings: Finding[],
): void {
  const keys = new Set(statement.arguments.map(({ key }) => key.text));
  const command = commandOf(definition, keys);
  const own = definition.parameters.map(({ name }) => name);
  const accepted = command ? schema.argumentsOf(command).map(({ name }) => name) : [];
  for (const { key } of statement.arguments) {
    if (own.includes(key.text)) continue;
    if (definition.job && key.text === 'job-id') continue;
    if (definition.job && key.text === 'auto-dismiss') {
      findings.push(verbs.dismissalIsOurs(key.span));
      continue;
    }
    const hidden = definition.parameters.find(({ argument }) => argument === key.text);
    const isKnown = accepted.includes(key.text.split('.')[0] ?? '');
    if (hidden) findings.push(verbs.otherKey(key.span, key.text, hidden.name));
    else if (!isKnown)
      findings.push(verbs.unknownArgument(key.span, definition.verb, key.text, [...own, ...accepted]));
  }
}

/** What is written out can be judged at once; what is computed is judged when it is known. */
function bindLiteral(parameter: ParameterDefinition, value: Value, findings: Finding[]): void {
  const { kind, name } = parameter;
  if (value.kind === 'list' || value.kind === 'object') {
    findings.push(
      values.wrongKind(value.span, name, describeKind(kind), value.kind === 'list' ? '[…]' : '{…}'),
    );
    return;
  }
  if (value.kind !== 'bare') return;
  const { text, span } = value;
  if (kind.is === 'choice' && !kind.of.includes(text))
    findings.push(values.wrongChoice(span, name, text, kind.of));
  const fits =
    kind.is === 'size' || kind.is === 'integer'
      ? (parseInteger(text) ?? parseSize(text)) !== undefined
      : kind.is === 'duration'
        ? parseDuration(text) !== undefined
        : kind.is === 'boolean'
          ? ['on', 'off', 'true', 'false'].includes(text)
          : true;
  if (!fits) findings.push(values.wrongKind(span, name, describeKind(kind), text));
}

function bindEnding(definition: StatementDefinition, statement: VerbStatement, findings: Finding[]): void {
  const { ending, started, within } = statement;
  const { verb } = definition;
  const waits = definition.job !== undefined || definition.parameters[0]?.kind.is === 'job';
  if (started && !definition.job) findings.push(verbs.nothingToStart(started, verb));
  if (started && ending) findings.push(verbs.startedWithEnding(ending.span));
  if (within && (!waits || started))
    findings.push(verbs.nothingToWaitFor(within.span, started ? `start ${verb}` : verb));
  if (within?.otherwise && within.otherwise.text !== 'cancel') {
    findings.push(verbs.unknownLimitEnding(within.otherwise.span, within.otherwise.text));
  }
  if (!ending) return;
  const known = definition.endings ?? [];
  const isKnown = known.some(name => name === ending.text);
  // A job that ends by itself makes a known ending idle, and that is only a warning.
  const isIdle = definition.job !== undefined && ['pivot', 'cancel'].includes(ending.text) && !isKnown;
  if (isIdle) findings.push(verbs.endingWithoutEffect(ending.span, ending.text, verb));
  else if (!isKnown) findings.push(verbs.noSuchEnding(ending.span, ending.text, verb, known));
}
