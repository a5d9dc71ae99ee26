import * as bare from '../../diagnostics/catalogue/bare-words.ts';
import * as families from '../../diagnostics/catalogue/families.ts';
import * as values from '../../diagnostics/catalogue/values.ts';
import * as verbs from '../../diagnostics/catalogue/verbs.ts';
import { type Finding, withFix } from '../../diagnostics/diagnostic.ts';
import type { Schema } from '../../qapi/schema.ts';
import type { ParameterDefinition, StatementDefinition } from '../../statements/define.ts';
import type { Value, VerbStatement } from '../../syntax/ast.ts';
import { parseDuration, parseInteger, parseSize } from '../../text/scalars.ts';
import { describeKind } from '../evaluate/arguments.ts';
import { commandOf, valuesByParameter } from '../evaluate/call.ts';
import { removal } from '../evaluate/removal.ts';
import { valueMeant } from '../evaluate/spelling.ts';

interface Findings {
  readonly schema: Schema;
  readonly findings: Finding[];
  readonly whereAvailable?: (command: string, argument?: string) => string | undefined;
}

/** Holds a statement against its definition: words, keys, required parameters, the shape of what is written out, ending. */
export function bindDefined(
  definition: StatementDefinition,
  statement: VerbStatement,
  binder: Findings,
): void {
  const { verb } = definition;
  const { findings } = binder;
  const [subject] = definition.parameters;
  const [word, extra] = statement.words;
  if (word && !subject) findings.push(families.takesNothing(word.span, verb));
  const unplaced = extra && unexpectedWord(extra, definition, statement);
  if (unplaced) findings.push(unplaced);
  const twice = word && subject && statement.arguments.find(({ key }) => key.text === subject.name);
  if (twice) {
    const fix = sayTheSame(word, twice.value) ? [removal(statement, twice.span)] : [];
    findings.push(verbs.repeatedArgument(twice.key.span, word.span, subject.name, fix));
  }
  bindKeys(definition, statement, binder);
  const given = valuesByParameter(definition, statement);
  for (const parameter of definition.parameters) {
    const value = given.get(parameter.name);
    if (value) bindLiteral(parameter, value, findings);
    // A word without a key is most likely what is missing, and its own finding says what is.
    else if (parameter.required && !unplaced) {
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

/** `commit B base=A pivot` lacks only its `then`. */
function unexpectedWord(extra: Value, definition: StatementDefinition, statement: VerbStatement): Finding {
  const { verb, endings, parameters } = definition;
  const ending = extra.kind === 'bare' ? endings?.find(name => name === extra.text) : undefined;
  if (ending === undefined || statement.ending) {
    const given = valuesByParameter(definition, statement);
    const open = parameters.filter(({ name }) => !given.has(name));
    return bare.unexpectedWord(extra.span, verb, extra.kind === 'bare' ? extra.text : undefined, open);
  }
  const isLast = extra.span.end === statement.span.end;
  const fix = isLast ? [{ span: extra.span, text: `then ${ending}` }] : [];
  return withFix(bare.endingWithoutThen(extra.span, ending), fix);
}

function bindKeys(
  definition: StatementDefinition,
  statement: VerbStatement,
  { schema, findings, whereAvailable }: Findings,
): void {
  const keys = new Set(statement.arguments.map(({ key }) => key.text));
  const command = commandOf(definition, keys);
  const own = definition.parameters.map(({ name }) => name);
  const accepted = command ? schema.argumentsOf(command).map(({ name }) => name) : [];
  const [subject] = own;
  const given = statement.words.length > 0 && subject !== undefined ? new Set([...keys, subject]) : keys;
  for (const { key, value, span } of statement.arguments) {
    if (own.includes(key.text)) continue;
    if (definition.job && key.text === 'job-id') continue;
    if (definition.job && key.text === 'auto-dismiss') {
      const isIdle = value.kind === 'bare' && (value.text === 'true' || value.text === 'on');
      findings.push(withFix(verbs.dismissalIsOurs(key.span), isIdle ? [removal(statement, span)] : []));
      continue;
    }
    const hidden = definition.parameters.find(({ argument }) => argument === key.text);
    const isKnown = accepted.includes(key.text.split('.')[0] ?? '');
    if (hidden) findings.push(verbs.otherKey(key.span, key.text, hidden.name, given));
    else if (!isKnown) {
      const where = command && whereAvailable?.(command, key.text);
      findings.push(
        where
          ? verbs.argumentElsewhere(key.span, definition.verb, key.text, schema.label, where)
          : verbs.unknownArgument(key.span, definition.verb, key.text, [...own, ...accepted], given),
      );
    }
  }
}

/** What is written out can be judged at once; what is computed is judged when it is known. */
function bindLiteral(parameter: ParameterDefinition, value: Value, findings: Finding[]): void {
  const { kind, name } = parameter;
  if (kind.is === 'list') {
    const items = value.kind === 'list' ? value.items : [value];
    for (const item of items) bindLiteral({ ...parameter, kind: kind.of }, item, findings);
    return;
  }
  if (kind.is === 'bitmap' && kind.elsewhere && value.kind === 'object') return;
  if (value.kind === 'list' || value.kind === 'object') {
    findings.push(
      values.wrongKind(value.span, name, describeKind(kind), value.kind === 'list' ? '[…]' : '{…}'),
    );
    return;
  }
  if (value.kind !== 'bare') return;
  const { text, span } = value;
  const word = valueMeant(kind, text);
  const meant = (finding: Finding) => withFix(finding, word === undefined ? [] : [{ span, text: word }]);
  if (kind.is === 'choice' && !kind.of.includes(text))
    findings.push(meant(values.wrongChoice(span, name, text, kind.of)));
  const fits =
    kind.is === 'size' || kind.is === 'integer'
      ? (parseInteger(text) ?? parseSize(text)) !== undefined
      : kind.is === 'duration'
        ? parseDuration(text) !== undefined
        : kind.is === 'boolean'
          ? ['on', 'off', 'true', 'false'].includes(text)
          : true;
  if (!fits) findings.push(meant(values.wrongKind(span, name, describeKind(kind), text)));
}

function bindEnding(definition: StatementDefinition, statement: VerbStatement, findings: Finding[]): void {
  const { ending, started, within } = statement;
  const { verb } = definition;
  const waits = definition.job !== undefined || definition.parameters[0]?.kind.is === 'job';
  if (started && !definition.job) {
    const fix = [{ span: { start: started.start, end: statement.verb.span.start }, text: '' }];
    findings.push(withFix(verbs.nothingToStart(started, verb), fix));
  }
  if (started && ending) findings.push(verbs.startedWithEnding(ending.span));
  if (within && (!waits || started)) {
    const finding = verbs.nothingToWaitFor(within.span, started ? `start ${verb}` : verb);
    findings.push(withFix(finding, waits ? [] : [removal(statement, within.span)]));
  }
  if (within?.otherwise && within.otherwise.text !== 'cancel') {
    findings.push(verbs.unknownLimitEnding(within.otherwise.span, within.otherwise.text));
  }
  if (!ending) return;
  const known = definition.endings ?? [];
  const isKnown = known.some(name => name === ending.text);
  // A job that ends by itself makes a known ending idle, and that is only a warning.
  const isIdle = definition.job !== undefined && ['pivot', 'cancel'].includes(ending.text) && !isKnown;
  if (isIdle) {
    const fix = [removal(statement, ending.span)];
    findings.push(withFix(verbs.endingWithoutEffect(ending.span, ending.text, verb), fix));
  } else if (!isKnown) findings.push(verbs.noSuchEnding(ending.span, ending.text, verb, known));
}

/** Whether two values are the same word. */
export function sayTheSame(one: Value, other: Value): boolean {
  return one.kind === 'bare' && other.kind === 'bare' && one.text === other.text;
}
