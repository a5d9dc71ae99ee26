import * as values from '../../diagnostics/catalogue/values.ts';
import * as verbs from '../../diagnostics/catalogue/verbs.ts';
import { withFix } from '../../diagnostics/diagnostic.ts';
import { Later, Word } from '../../qapi/placeholder.ts';
import { type Datum, type DatumList, isDatumObject, NodeDatum } from '../../statements/datum.ts';
import type { ParameterKind } from '../../statements/define.ts';
import type { Bare, Value } from '../../syntax/ast.ts';
import { parseDuration, parseInteger, parseSize } from '../../text/scalars.ts';
import type { Span } from '../../text/source.ts';
import type { Context } from './context.ts';
import { StatementFailure, scriptError } from './failure.ts';
import { resolveNode, stillOpen } from './nodes.ts';
import { valueMeant } from './spelling.ts';
import { datumText, describeDatum, evaluateForWire, exact } from './values.ts';
import { toWire } from './wire.ts';

/** What a kind of parameter takes, in words that follow "takes". */
export function describeKind(kind: ParameterKind): string {
  switch (kind.is) {
    case 'node':
      return 'a node';
    case 'new-node':
      return 'a name for a node';
    case 'device':
      return 'a device';
    case 'job':
      return "a job's id";
    case 'bitmap':
      return "a bitmap's name";
    case 'path':
      return 'a file name';
    case 'size':
      return 'a size, such as 64M';
    case 'integer':
      return 'a whole number';
    case 'boolean':
      return 'on or off';
    case 'string':
      return 'text';
    case 'duration':
      return 'a duration, such as 30s or 10m';
    case 'export':
      return "an export's id";
    case 'choice':
      return `one of ${kind.of.join(', ')}`;
    case 'list':
      return `${describeKind(kind.of)}, or several: […, …]`;
  }
}

/** A parameter's value, of the kind that the parameter takes; anything else is a script error at the value. */
export async function evaluateAs(
  kind: ParameterKind,
  parameter: string,
  value: Value,
  context: Context,
): Promise<Datum> {
  if (kind.is === 'list' && value.kind === 'list') {
    const items: Datum[] = [];
    for (const item of value.items) items.push(await evaluateAs(kind.of, parameter, item, context));
    return items;
  }
  const datum = await evaluateForWire(value, context);
  try {
    return await convert(kind, parameter, datum, value.span, context);
  } catch (failure) {
    throw value.kind === 'bare' && failure instanceof StatementFailure
      ? reworded(failure, kind, value)
      : failure;
  }
}

/** The failure of a written-out word, with the word that it surely means as its fix. */
function reworded(failure: StatementFailure, kind: ParameterKind, { text, span }: Bare): StatementFailure {
  const meant = failure.finding.code === 'wrong-value' ? valueMeant(kind, text) : undefined;
  return meant === undefined ? failure : scriptError(withFix(failure.finding, [{ span, text: meant }]));
}

/** Text and data as a value of a kind. Bare words, quoted text and a command line's text read alike. */
export async function convert(
  kind: ParameterKind,
  parameter: string,
  datum: Datum,
  span: Span,
  context: Context,
): Promise<Datum> {
  if (datum instanceof Later) return datum;
  const text = datum instanceof Word ? datum.text : typeof datum === 'string' ? datum : undefined;
  switch (kind.is) {
    case 'node':
      if (kind.orNull && (datum === null || (datum instanceof Word && datum.text === 'null'))) return null;
      if (datum instanceof NodeDatum) return stillOpen(datum, await context.world.graph(), span, context);
      if (text !== undefined) return resolveNode(text, span, context, kind.madeWith);
      break;
    case 'new-node': {
      const name = datum instanceof NodeDatum ? datum.nodeName : text;
      if (typeof name === 'string') return wellFormedNode(name, span);
      if (name !== undefined) return name;
      break;
    }
    case 'size':
    case 'integer': {
      const integer = integerOf(datum, text);
      if (integer !== undefined && (kind.is === 'integer' || integer >= 0)) return integer;
      break;
    }
    case 'duration': {
      if (typeof datum === 'number') return datum;
      const milliseconds = text === undefined ? undefined : parseDuration(text);
      if (milliseconds !== undefined) return milliseconds;
      break;
    }
    case 'boolean':
      if (typeof datum === 'boolean') return datum;
      if (text === 'true' || text === 'on') return true;
      if (text === 'false' || text === 'off') return false;
      break;
    case 'choice':
      if (text !== undefined && kind.of.includes(text)) return text;
      if (text !== undefined) throw scriptError(values.wrongChoice(span, parameter, text, kind.of));
      break;
    case 'list': {
      const items: Datum[] = [];
      for (const item of Array.isArray(datum) ? (datum as DatumList) : [datum])
        items.push(await convert(kind.of, parameter, item, span, context));
      return items;
    }
    default:
      if (text !== undefined) return text;
      if (kind.is === 'bitmap' && kind.elsewhere && isDatumObject(datum)) return toWire(datum);
      if (datum instanceof NodeDatum) return datum.nodeName;
      if (typeof datum === 'number' || typeof datum === 'bigint') return String(datum);
  }
  const found =
    text ?? (datum === null || typeof datum === 'object' ? describeDatum(datum) : datumText(datum));
  const help = kind.is === 'duration' ? values.unitMissing(found) : [];
  throw scriptError(values.wrongKind(span, parameter, describeKind(kind), found, help));
}

function integerOf(datum: Datum, text: string | undefined): number | bigint | undefined {
  if ((typeof datum === 'number' && Number.isInteger(datum)) || typeof datum === 'bigint') return datum;
  const integer = text === undefined ? undefined : (parseInteger(text) ?? parseSize(text));
  return integer === undefined ? undefined : exact(integer);
}

/** The rule is QEMU's own: a letter, then letters, digits, `-`, `.`, `_`; 31 characters at the most. */
function wellFormedNode(name: string, span: Span): string {
  if (!/^[A-Za-z][A-Za-z0-9._-]*$/.test(name)) throw scriptError(verbs.badNodeName(span, name));
  if (name.length > 31) throw scriptError(verbs.longNodeName(span, name));
  return name;
}
