// @ts-expect-error The package has no types.
import untyped from 'repl-history';

/** What `repl-history` gets instead of a prompt. */
interface StandIn {
  history?: string[];
  on(event: 'exit', save: () => void): void;
}

const attach: (standIn: StandIn, options: { filePath: string; maxSave: number }) => void = untyped;

/** The lines of a file that aren't blank, as they stand in it. Throws what reading it throws; a file that is gone has none. */
export function loadLines(file: string): string[] {
  return attached(file).standIn.history ?? [];
}

/** Writes lines over those of a file, in place, each with its end. The file keeps its mode; one that is new is for all to read. */
export function saveLines(file: string, lines: readonly string[]): void {
  const { standIn, save } = attached(file);
  // The package leaves out the first line, and the end of the last.
  standIn.history = ['', ...lines, ''];
  alone(save);
}

function attached(file: string): { standIn: StandIn; save: () => void } {
  let save = () => {};
  const standIn: StandIn = {
    on: (_, listener) => {
      save = listener;
    },
  };
  // As a limit, 0 is none.
  alone(() => attach(standIn, { filePath: file, maxSave: 0 }));
  return { standIn, save };
}

/**
 * The package writes a warning into the terminal where there is no file, and ends the process when it has saved, whatever
 * is still to be tidied up or told. All it does is synchronous, so nobody else misses these two meanwhile.
 */
function alone(act: () => void): void {
  const { exit } = process;
  const { warn } = console;
  process.exit = (() => undefined) as typeof process.exit;
  console.warn = () => {};
  try {
    act();
  } finally {
    process.exit = exit;
    console.warn = warn;
  }
}
