import type { Connection } from './connection.ts';
import type { Surroundings } from './editing/edit-state.ts';

export function promptSurroundings(_connection: Connection, history: () => readonly string[]): Surroundings {
  return {
    complete: (_text, offset) => ({ start: offset, end: offset, candidates: [] }),
    highlight: () => [],
    hint: () => '',
    isOpen: text => text.endsWith('{'),
    get history() {
      return history();
    },
  };
}
