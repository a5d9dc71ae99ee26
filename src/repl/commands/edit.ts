import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { CommandError, type PromptCommand } from './define.ts';

export const edit: PromptCommand = {
  name: ':edit',
  summary: 'Write the next entry in an editor, beginning with the last one',
  form: '',
  details:
    'The editor is that of $VISUAL or $EDITOR, else vi. What was written stands in the line then, to be entered. Ctrl-X Ctrl-E does the same with what is being typed.',
  async run(_, { prompt, log }) {
    if (!prompt.isInteractive) throw new CommandError('an editor needs a terminal');
    const last = log.entries.at(-1)?.text ?? '';
    prompt.prefill(await prompt.suspend(() => inEditor(last)));
  },
};

/** A text as an editor leaves it; the terminal has to be free for it. Throws a CommandError where the editor can't be run. */
export async function inEditor(text: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'qblk-edit-'));
  const file = join(folder, 'entry.qblk');
  const [program = 'vi', ...words] = (process.env['VISUAL'] || process.env['EDITOR'] || 'vi').split(/\s+/);
  try {
    writeFileSync(file, text === '' ? '' : `${text}\n`, { mode: 0o600 });
    await execa(program, [...words, file], { stdio: 'inherit' });
    return readFileSync(file, 'utf8').trimEnd();
  } catch (error) {
    const { shortMessage, message } = error as Error & { shortMessage?: string };
    throw new CommandError(`the editor: ${shortMessage ?? message}`, ['name another one in $EDITOR']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
