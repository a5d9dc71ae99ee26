/** What a person can set at a prompt. */
export interface Settings {
  /** Statements are planned and shown, not sent. */
  plan: 'on' | 'off';
  /** Which events are told of while an entry is typed. */
  events: 'off' | 'job' | 'all';
  /** Whether the time of each statement is shown. */
  timing: 'on' | 'off';
  /** Whether what destroys data is asked for; `auto` does so outside of sandboxes. */
  confirm: 'auto' | 'on' | 'off';
}

export interface SettingDefinition {
  readonly name: keyof Settings;
  readonly values: readonly string[];
  /** A few words that follow "is". */
  readonly summary: string;
}

/** Every setting, with the values that it takes; the first is what it is at the start. */
export const settingDefinitions: readonly SettingDefinition[] = [
  { name: 'plan', values: ['off', 'on'], summary: 'whether statements are shown as plans and not sent' },
  {
    name: 'events',
    values: ['job', 'off', 'all'],
    summary: 'which events are told of: those of jobs and of the guest, none, or every one as it came',
  },
  { name: 'timing', values: ['off', 'on'], summary: 'whether the time of each statement is shown' },
  {
    name: 'confirm',
    values: ['auto', 'on', 'off'],
    summary: 'whether a statement that destroys data asks first; auto does so outside of sandboxes',
  },
];

export function defaultSettings(): Settings {
  return Object.fromEntries(
    settingDefinitions.map(({ name, values }) => [name, values[0]]),
  ) as unknown as Settings;
}

/** Gives a setting a value, or answers with what is wrong. */
export function change(settings: Settings, name: string, value: string): string | undefined {
  const definition = settingDefinitions.find(setting => setting.name === name);
  if (!definition)
    return `there is no setting \`${name}\`: there is ${settingDefinitions.map(setting => setting.name).join(', ')}`;
  if (!definition.values.includes(value))
    return `${name} is ${definition.values.join(', ')}, not \`${value}\``;
  Object.assign(settings, { [name]: value });
  return undefined;
}
