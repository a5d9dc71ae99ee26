import type { PromptCommand } from './define.ts';
import { edit } from './edit.ts';
import { explain } from './explain.ts';
import { help } from './help.ts';
import { load } from './load.ts';
import { quit } from './quit.ts';
import { reconnect } from './reconnect.ts';
import { save } from './save.ts';
import { eventsSetting, planSetting, set, timingSetting } from './set.ts';
import { transcript } from './transcript.ts';
import { watch } from './watch.ts';

/** Every command of the prompt, in the order of its help. */
export const promptCommands: readonly PromptCommand[] = [
  help,
  explain,
  watch,
  planSetting,
  eventsSetting,
  timingSetting,
  set,
  save,
  transcript,
  load,
  edit,
  reconnect,
  quit,
];

/** The command that an entry begins with, and what stands behind it; undefined for statements. */
export function commandIn(
  entry: string,
):
  | { readonly command: PromptCommand | undefined; readonly word: string; readonly argument: string }
  | undefined {
  const [, word = '', argument = ''] = /^\s*(:\S*|[a-z]+)(?:\s+(\S.*))?\s*$/s.exec(entry) ?? [];
  const command = promptCommands.find(({ name, aliases }) => name === word || aliases?.includes(word));
  if (!command && !word.startsWith(':')) return undefined;
  return { command, word, argument: argument.trim() };
}
