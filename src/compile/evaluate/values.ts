import * as problems from '../../diagnostics/catalogue/values.ts';
import { Later, Word } from '../../qapi/placeholder.ts';
import { type Datum, type DatumObject, isDatumObject, NodeDatum } from '../../statements/datum.ts';
import { execute } from '../../statements/step.ts';
import type { Access, Bare, Binary, Call, Expression, Query, Reference, Value } from '../../syntax/ast.ts';
import { parseDuration, parseInteger, parseSize } from '../../text/scalars.ts';
import type { Context } from './context.ts';
import { scriptError } from './failure.ts';

/** A value of which nobody says what type it should have: a bare word's shape decides. */
export async function evaluateValue(value: Value, context: Context): Promise<Datum> {
  return value.kind === 'bare' ? byShape(value.text) : evaluateStructure(value, context, evaluateValue);
}

/** A value for QMP: its bare words wait for the schema to say what they are. */
export async function evaluateForWire(value: Value, context: Context): Promise<Datum> {
  return value.kind === 'bare' ? new Word(value.text) : evaluateStructure(value, context, evaluateForWire);
}

type Evaluate = (value: Value, context: Context) => Promise<Datum>;

async function evaluateStructure(
  value: Exclude<Value, Bare>,
  context: Context,
  inner: Evaluate,
): Promise<Datum> {
  switch (value.kind) {
    case 'text':
      return interpolate(value.parts, context);
    case 'reference':
      return evaluateReference(value, context);
    case 'list': {
      const items: Datum[] = [];
      for (const item of value.items) items.push(await inner(item, context));
      return items;
    }
    case 'object': {
      const members: [string, Datum][] = [];
      for (const entry of value.entries) members.push([entry.key.text, await inner(entry.value, context)]);
      return Object.fromEntries(members);
    }
  }
}

/** What a bare word is by its looks: a constant, an integer, a size, a duration in milliseconds, or else text. */
function byShape(text: string): Datum {
  if (text === 'true' || text === 'on') return true;
  if (text === 'false' || text === 'off') return false;
  if (text === 'null') return null;
  // `10m` is ten minutes and `10M` ten mebibytes, where nothing else says which.
  const duration = parseDuration(text);
  if (duration !== undefined) return duration;
  const integer = parseInteger(text) ?? parseSize(text);
  return integer === undefined ? text : exact(integer);
}

/** A number where that is exact, else a bigint. */
export function exact(integer: bigint): number | bigint {
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
}

async function interpolate(
  parts: readonly (string | Reference)[],
  context: Context,
): Promise<string | Later> {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const datum = await evaluateReference(part, context);
    if (datum instanceof Later) return new Later(`a text with ${datum.what} in it`);
    if (datum instanceof NodeDatum && datum.nodeName instanceof Later) return datum.nodeName;
    if (datum === null || isDatumObject(datum) || Array.isArray(datum)) {
      throw scriptError(problems.notText(part.span, part.name.text, describeDatum(datum)));
    }
    text += datumText(datum);
  }
  return text;
}

/** A scalar as it is printed and put into strings; objects and lists as JSON have their own printer. */
export function datumText(datum: Datum): string {
  if (datum instanceof NodeDatum) return datumText(datum.nodeName);
  if (datum instanceof Later) return `<${datum.what}>`;
  if (datum instanceof Word) return datum.text;
  return String(datum);
}

/** What a value is, in words. */
export function describeDatum(datum: Datum): string {
  if (datum === null) return 'null';
  if (datum instanceof NodeDatum) return 'a node';
  if (datum instanceof Later || datum instanceof Word) return 'a value';
  if (Array.isArray(datum)) return 'a list';
  if (typeof datum === 'object') return 'an object';
  return { string: 'text', boolean: 'true or false', number: 'a number', bigint: 'a number' }[
    typeof datum as 'string' | 'boolean' | 'number' | 'bigint'
  ];
}

/** The value of `$name.field[0]`. What is missing on the way is null; an unknown `$name` is an error. */
async function evaluateReference(reference: Reference, context: Context): Promise<Datum> {
  const start = context.scope.value(reference.name.text);
  if (start === undefined) {
    throw scriptError(problems.unknownName(reference.name.span, reference.name.text, context.scope.names()));
  }
  return followPath(start, reference.path, context);
}

/** Follows `.field` and `[index]` into a value; null stays null. */
async function followPath(start: Datum, path: readonly Access[], context: Context): Promise<Datum> {
  let datum = start;
  for (const access of path) {
    if (access.kind === 'field') datum = await fieldOf(datum, access.name, context);
    else datum = await itemOf(datum, access, context);
  }
  return datum;
}

async function fieldOf(datum: Datum, field: string, context: Context): Promise<Datum> {
  if (datum instanceof Later) return new Later(`${field} of ${datum.what}`);
  if (datum instanceof NodeDatum) return nodeField(datum, field, context);
  if (isDatumObject(datum) && Object.hasOwn(datum, field)) return (datum as DatumObject)[field] ?? null;
  return null;
}

async function nodeField(node: NodeDatum, field: string, context: Context): Promise<Datum> {
  if (field === 'name') return node.nodeName;
  if (field !== 'filename' && field !== 'size') return null;
  const graph = await context.world.graph();
  const now = typeof node.nodeName === 'string' ? graph.nodes.get(node.nodeName) : undefined;
  const known = now?.[field] ?? node.seen[field];
  return (
    known ??
    (context.world.planning ? new Later(`the ${field === 'size' ? 'size' : 'file'} of ${node.name}`) : null)
  );
}

async function itemOf(
  datum: Datum,
  access: Extract<Access, { kind: 'index' }>,
  context: Context,
): Promise<Datum> {
  const index = await evaluateExpression(access.index, context);
  if (datum instanceof Later || index instanceof Later)
    return new Later('an item of a list that is not known yet');
  if (!Array.isArray(datum)) {
    if (isDatumObject(datum) && typeof index === 'string') return fieldOf(datum, index, context);
    return null;
  }
  const list: readonly Datum[] = datum;
  if (typeof index === 'number') return list[index < 0 ? list.length + index : index] ?? null;
  if (typeof index === 'string') return list.find(candidate => hasName(candidate, index)) ?? null;
  throw scriptError(problems.notAnIndex(access.span, describeDatum(index)));
}

/** Whether a list's item is the one that people call `name`: a node by either name, a record by what QMP calls it. */
function hasName(item: Datum, name: string): boolean {
  if (item instanceof NodeDatum) return item.name === name || item.nodeName === name;
  if (typeof item === 'string') return item === name;
  return (
    isDatumObject(item) &&
    ['id', 'node-name', 'device', 'name'].some(key => (item as DatumObject)[key] === name)
  );
}

/** The value of an expression. A part that only the run will show makes it a `Later`, unless the rest decides. */
export async function evaluateExpression(expression: Expression, context: Context): Promise<Datum> {
  switch (expression.kind) {
    case 'binary':
      return evaluateBinary(expression, context);
    case 'unary': {
      const operand = await evaluateExpression(expression.operand, context);
      if (operand instanceof Later) return operand;
      if (expression.operator === 'not') return !isTrue(operand);
      if (typeof operand === 'number' || typeof operand === 'bigint') return -operand;
      throw scriptError(problems.notANumber(expression.operand.span, describeDatum(operand)));
    }
    case 'group':
      return evaluateExpression(expression.inner, context);
    case 'call':
      return evaluateCall(expression, context);
    case 'query':
      return evaluateQuery(expression, context);
    default:
      return evaluateValue(expression, context);
  }
}

/** What counts as true: all but false, null, zero, empty text and an empty list. */
export function isTrue(datum: Datum): boolean {
  if (datum === null || datum === false || datum === '' || datum === 0 || datum === 0n) return false;
  return !(Array.isArray(datum) && datum.length === 0);
}

async function evaluateCall(call: Call, context: Context): Promise<Datum> {
  if (call.function.text !== 'len')
    throw scriptError(problems.unknownFunction(call.function.span, call.function.text));
  const [argument] = call.arguments;
  if (!argument || call.arguments.length !== 1) throw scriptError(problems.oneArgument(call.span));
  const datum = await evaluateExpression(argument, context);
  if (datum instanceof Later) return new Later(`the length of ${datum.what}`);
  if (datum === null) return 0;
  if (Array.isArray(datum) || typeof datum === 'string') return datum.length;
  if (isDatumObject(datum)) return Object.keys(datum as object).length;
  throw scriptError(problems.noLength(argument.span, describeDatum(datum)));
}

async function evaluateQuery(query: Query, context: Context): Promise<Datum> {
  const command = query.command.text;
  if (!context.world.schema.command(command)) {
    const known = context.world.schema.commands().filter(name => name.startsWith('query-'));
    throw scriptError(problems.unknownQuery(query.command.span, command, known));
  }
  const reply = await context.world.perform(execute(command), context.limit);
  return followPath(reply, query.path, context);
}

async function evaluateBinary(binary: Binary, context: Context): Promise<Datum> {
  const left = await evaluateExpression(binary.left, context);
  if (binary.operator === 'and' || binary.operator === 'or') {
    const decides = binary.operator === 'or';
    if (!(left instanceof Later) && isTrue(left) === decides) return decides;
    const right = await evaluateExpression(binary.right, context);
    if (right instanceof Later) return right;
    if (isTrue(right) === decides) return decides;
    return left instanceof Later ? left : !decides;
  }
  const right = await evaluateExpression(binary.right, context);
  if (left instanceof Later) return left;
  if (right instanceof Later) return right;
  switch (binary.operator) {
    case '==':
      return areEqual(left, right);
    case '!=':
      return !areEqual(left, right);
    case 'in':
      return contains(right, left, binary);
    case 'not in':
      return !contains(right, left, binary);
    default:
      return compare(binary.operator, left, right, binary);
  }
}

function areEqual(left: Datum, right: Datum): boolean {
  if (left instanceof NodeDatum) return areEqual(left.nodeName, right);
  if (right instanceof NodeDatum) return areEqual(left, right.nodeName);
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => areEqual(item, right[index] ?? null));
  }
  if (isDatumObject(left) && isDatumObject(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].every(key => areEqual(left[key] ?? null, right[key] ?? null));
  }
  // biome-ignore lint/suspicious/noDoubleEquals: a bigint equals the number of the same value
  if (isNumeric(left) && isNumeric(right)) return left == right;
  return left === right;
}

function isNumeric(datum: Datum): datum is number | bigint {
  return typeof datum === 'number' || typeof datum === 'bigint';
}

function contains(container: Datum, item: Datum, binary: Binary): boolean {
  if (container === null) return false;
  if (Array.isArray(container)) return container.some(candidate => areEqual(candidate, item));
  if (typeof container === 'string' && typeof item === 'string') return container.includes(item);
  throw scriptError(problems.notAContainer(binary.right.span, describeDatum(container)));
}

function compare(operator: '<' | '<=' | '>' | '>=', left: Datum, right: Datum, binary: Binary): boolean {
  // What is missing is null, and null is false: no order holds for it.
  if (left === null || right === null) return false;
  const comparable =
    (isNumeric(left) && isNumeric(right)) || (typeof left === 'string' && typeof right === 'string');
  if (!comparable) {
    throw scriptError(problems.notComparable(binary.span, describeDatum(left), describeDatum(right)));
  }
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}
