import type { Repl } from '../repl.ts';
import { change, type SettingDefinition, settingDefinitions } from '../settings.ts';
import { CommandError, type PromptCommand } from './define.ts';

export const set: PromptCommand = {
  name: ':set',
  summary: 'Show the settings, or change one',
  form: '[NAME VALUE]',
  takes: settingDefinitions.flatMap(({ name, values }) => values.map(value => `${name} ${value}`)),
  run(argument, repl) {
    const [name, value, ...more] = argument.split(/\s+/).filter(Boolean);
    if (name === undefined) {
      for (const definition of settingDefinitions) repl.prompt.print(lineOf(definition, repl), 'result');
      return;
    }
    const definition = settingDefinitions.find(setting => setting.name === name);
    if (definition && value === undefined) repl.prompt.print(lineOf(definition, repl), 'result');
    else apply(repl, name, [value, ...more].join(' '));
  },
};

function lineOf({ name, values, summary }: SettingDefinition, { settings }: Repl): string {
  return `${name.padEnd(8)} ${settings[name].padEnd(5)} ${summary} (${values.join(', ')})`;
}

function apply(repl: Repl, name: string, value: string): void {
  const wrong = change(repl.settings, name, value);
  if (wrong !== undefined) throw new CommandError(wrong, ['`:set` shows them all']);
  repl.prompt.print(`${name} is ${value}`);
  repl.prompt.refresh();
}

/** The short form of one setting; without a value a switch is turned over. */
function shortFor(name: SettingDefinition['name'], summary: string): PromptCommand {
  const values = settingDefinitions.find(setting => setting.name === name)?.values ?? [];
  const isSwitch = values.length === 2;
  return {
    name: `:${name}`,
    summary,
    form: isSwitch ? `[${values.join('|')}]` : values.join('|'),
    takes: values,
    run(argument, repl) {
      const other = values.find(value => value !== repl.settings[name]) ?? '';
      if (argument === '' && !isSwitch) repl.prompt.print(`${name} is ${repl.settings[name]}`);
      else apply(repl, name, argument === '' ? other : argument);
    },
  };
}

export const planSetting = shortFor('plan', 'Show statements as plans instead of sending them');
export const eventsSetting = shortFor('events', 'Choose which events are told of');
export const timingSetting = shortFor('timing', 'Show how long each statement takes');
