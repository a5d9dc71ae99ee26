import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { complete } from '../editor/complete.ts';
import { isOpen } from '../editor/entry.ts';
import { highlight } from '../editor/highlight.ts';
import { hint } from '../editor/hint.ts';
import type { EditorWorld } from '../editor/world.ts';
import { promptCommands } from './commands/index.ts';
import type { Connection } from './connection.ts';
import type { Surroundings } from './editing/edit-state.ts';

/** What an editor asks of the language, answered from a QEMU as it was last seen; `history` is asked anew each time, newest first. */
export function promptSurroundings(connection: Connection, history: () => readonly string[]): Surroundings {
  const world = (): EditorWorld => ({
    ...connection.seen,
    carried: connection.carried,
    commands: promptCommands,
    paths: pathsFrom,
  });
  return {
    complete: (text, offset) => complete(text, offset, world()),
    highlight: text => highlight(text, world()),
    hint: (text, offset) => hint(text, offset, world()),
    isOpen,
    get history() {
      return history();
    },
  };
}

/** The names that go on from what has been typed of a path, folders with a `/` behind them; none for a folder that can't be read. */
function pathsFrom(prefix: string): string[] {
  const cut = prefix.lastIndexOf('/') + 1;
  const [folder, begun] = [prefix.slice(0, cut), prefix.slice(cut)];
  const place = folder.startsWith('~/') ? join(homedir(), folder.slice(2)) : folder;
  try {
    return readdirSync(place === '' ? '.' : dirname(join(place, 'x')), { withFileTypes: true })
      .filter(({ name }) => name.startsWith(begun) && (begun !== '' || !name.startsWith('.')))
      .map(entry => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`)
      .sort();
  } catch {
    return [];
  }
}
