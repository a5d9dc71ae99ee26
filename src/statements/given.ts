import type { BlockNode, NodeName } from '../graph/graph.ts';
import { Later } from '../qapi/placeholder.ts';
import { type Datum, NodeDatum, type PlannedJson, toPlannedJson } from './datum.ts';
import type { Call } from './define.ts';

/** The node-name that a parameter was given. */
export function nodeName(call: Call, parameter: string): NodeName | Later | undefined {
  const datum = call.given[parameter];
  if (datum === undefined) return undefined;
  if (datum instanceof NodeDatum) return datum.nodeName;
  return datum instanceof Later ? datum : String(datum);
}

/** The node-name of a parameter that the definition requires. */
export function requiredNode(call: Call, parameter: string): NodeName | Later {
  return nodeName(call, parameter) ?? new Later(`the ${parameter}`);
}

/** The text of a path, a string, a choice or a job. */
export function text(call: Call, parameter: string): string | Later | undefined {
  const datum = call.given[parameter];
  if (datum === undefined || datum instanceof Later) return datum;
  return String(datum instanceof NodeDatum ? datum.name : datum);
}

/** A size or an integer, as it goes on the wire. */
export function number(call: Call, parameter: string): number | bigint | Later | undefined {
  const datum = call.given[parameter];
  return typeof datum === 'number' || typeof datum === 'bigint' || datum instanceof Later ? datum : undefined;
}

/** Whether a boolean parameter was given and is true. */
export function flag(call: Call, parameter: string): boolean {
  return call.given[parameter] === true;
}

/** What the graph knows of a node, if it is known at all. */
export function lookUp(call: Call, name: NodeName | Later | undefined): BlockNode | undefined {
  return typeof name === 'string' ? call.graph.nodes.get(name) : undefined;
}

/** A script's own further arguments, ready for the wire. */
export function further(call: Call): Record<string, PlannedJson> {
  return Object.fromEntries(
    Object.entries(call.further).map(([key, value]) => [key, toPlannedJson(value as Datum)]),
  );
}
