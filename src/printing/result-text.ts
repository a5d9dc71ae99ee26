import { type Json, prettyJson } from '../qmp/json.ts';
import { type Datum, toPlannedJson } from '../statements/datum.ts';
import { harmless } from '../text/harmless.ts';

/** A result of a script as it is shown: its text, or its value as JSON over several lines; undefined for none. */
export function resultText(text: string, value: Datum | undefined): string | undefined {
  const shown = text === '' && value !== undefined ? prettyJson(toPlannedJson(value) as Json) : text;
  // JSON's own escapes leave no control character, but they leave bidirectional marks.
  return shown === '' ? undefined : shown.split('\n').map(harmless).join('\n');
}
