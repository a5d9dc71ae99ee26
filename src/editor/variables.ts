import { Later } from '../qapi/placeholder.ts';
import { type Json, stringifyJson } from '../qmp/json.ts';
import { type Datum, isDatumObject, NodeDatum, toPlannedJson } from '../statements/datum.ts';
import { harmless } from '../text/harmless.ts';
import type { Candidate } from './completion.ts';
import type { Scene } from './scene.ts';

const SUMMARY_WIDTH = 48;
const NODE_FIELDS = ['filename', 'size'];

/** What a `$` can stand before, and behind a dot the fields of what is known; `inside` the `${…}` of a string. */
export function variables({ world, endpoint, above, typed }: Scene): Candidate[] {
  const scope = world.carried?.scope.at(endpoint);
  const isInside = typed.form === 'inside';
  const name = isInside ? typed.text : typed.text.slice(1);
  const dot = name.lastIndexOf('.');
  const candidate = (path: string, value: Datum | undefined): Candidate => ({
    text: isInside ? `${path}}` : `$${path}`,
    ...(isInside ? { label: path } : {}),
    summary: value === undefined ? 'bound above' : shown(value),
    kind: 'variable',
  });
  if (dot === -1) {
    const known = [...new Set([...(scope?.names() ?? []), ...above.variables])].filter(isName);
    return known.map(word => candidate(word, scope?.value(word)));
  }
  const path = name.slice(0, dot);
  const value = path
    .split('.')
    .reduce<Datum | undefined>(
      (whole, field, at) => (at === 0 ? scope?.value(field) : fieldOf(whole, field)),
      undefined,
    );
  return fieldsOf(value, path, above.variables).map(field =>
    candidate(`${path}.${field}`, fieldOf(value, field)),
  );
}

/** A node that a script bound, or a name that something above will bind, perhaps to one, has what is seen of nodes. */
function fieldsOf(value: Datum | undefined, path: string, above: ReadonlySet<string>): string[] {
  if (value instanceof NodeDatum || (value === undefined && above.has(path))) return NODE_FIELDS;
  return isDatumObject(value) ? Object.keys(value).filter(isName) : [];
}

function fieldOf(value: Datum | undefined, field: string): Datum | undefined {
  if (value instanceof NodeDatum) return field === 'filename' ? value.seen.filename : value.seen.size;
  return isDatumObject(value) && Object.hasOwn(value, field) ? value[field] : undefined;
}

function isName(word: string): boolean {
  return /^[A-Za-z_][\w-]*$/.test(word);
}

function shown(value: Datum): string {
  if (value instanceof NodeDatum) return `the node ${value.name}`;
  if (value instanceof Later) return harmless(value.what);
  const text = stringifyJson(toPlannedJson(value) as Json) ?? '';
  return harmless(text.length > SUMMARY_WIDTH ? `${text.slice(0, SUMMARY_WIDTH - 1)}…` : text);
}
