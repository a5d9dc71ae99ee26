import { Later, Word } from '../qapi/placeholder.ts';
import type { Json } from '../qmp/json.ts';

/** A value while a script is planned or run: JSON with exact integers, and what JSON has no word for. */
export type Datum =
  | null
  | boolean
  | number
  | bigint
  | string
  | DatumList
  | DatumObject
  | NodeDatum
  | Later
  | Word;

export type DatumList = readonly Datum[];

export interface DatumObject {
  readonly [key: string]: Datum;
}

/** What was last seen of a node; it outlives the node. */
export interface Sighting {
  readonly filename?: string;
  readonly size?: number;
}

/** A node under the name that a script gives it. Where JSON or text is wanted it is its node-name. */
export class NodeDatum {
  readonly name: string;
  readonly nodeName: string | Later;
  readonly seen: Sighting;

  constructor(name: string, nodeName: string | Later, seen: Sighting = {}) {
    this.name = name;
    this.nodeName = nodeName;
    this.seen = seen;
  }
}

/** Whether a datum is an object with named members: neither a list, a node nor a placeholder. */
export function isDatumObject(datum: unknown): datum is DatumObject {
  return (
    typeof datum === 'object' &&
    datum !== null &&
    !Array.isArray(datum) &&
    !(datum instanceof NodeDatum) &&
    !(datum instanceof Later) &&
    !(datum instanceof Word)
  );
}

/** JSON in which a `Later` may stand for a value that is not known yet. */
export type PlannedJson = Json | Later | readonly PlannedJson[] | PlannedObject;

export interface PlannedObject {
  readonly [key: string]: PlannedJson;
}

/** The datum as it goes on the wire: nodes as their node-names, words as text, members without a value left out. */
export function toPlannedJson(datum: Datum): PlannedJson {
  if (datum instanceof NodeDatum) return datum.nodeName;
  if (datum instanceof Word) return datum.text;
  if (datum instanceof Later || typeof datum !== 'object' || datum === null) return datum;
  if (Array.isArray(datum)) return datum.map(toPlannedJson);
  return plannedObject(datum as DatumObject);
}

/** An object for the wire, without the members whose value is undefined. */
export function plannedObject(members: Readonly<Record<string, Datum | undefined>>): PlannedObject {
  const object: Record<string, PlannedJson> = {};
  for (const [key, value] of Object.entries(members))
    if (value !== undefined) object[key] = toPlannedJson(value);
  return object;
}

/** The first `Later` anywhere inside, if there is one. */
export function findLater(value: unknown): Later | undefined {
  if (value instanceof Later) return value;
  if (value instanceof NodeDatum) return findLater(value.nodeName);
  if (typeof value !== 'object' || value === null) return undefined;
  for (const member of Object.values(value)) {
    const later = findLater(member);
    if (later) return later;
  }
  return undefined;
}
