import { type Json, prettyJson } from '../qmp/json.ts';
import { type Datum, toPlannedJson } from '../statements/datum.ts';
import { harmless, harmlessJson } from '../text/harmless.ts';

/** A result of a script as it is shown: its text, or its value as JSON over several lines; undefined for none. */
export function resultText(text: string, value: Datum | undefined): string | undefined {
  if (text === '' && value !== undefined) return harmlessJson(prettyJson(toPlannedJson(value) as Json));
  return text === '' ? undefined : text.split('\n').map(harmless).join('\n');
}
