import { type Cell, styledCells } from '../terminal/cells.ts';
import type { Frame } from '../terminal/frame.ts';
import { clipCells, columnsOf, rowText, wrapCells } from '../terminal/rows.ts';
import { chordOf, type Key } from './editing/key.ts';
import type { Answer } from './prompt.ts';

/** A question with its answers, the key of each in brackets: `Go on? (y)es, (n)o`. */
export function questionText(question: string, answers: readonly Answer[]): string {
  return `${question} ${answers.map(marked).join(', ')}`;
}

/** The word that a key answers with: the last one for Enter and whatever means to get away; undefined for another key. */
export function answerOf(key: Key, answers: readonly Answer[]): string | undefined {
  if (key.name === 'paste') return undefined;
  const chosen = answers.find(answer => answer.key.toLowerCase() === key.text.toLowerCase());
  if (chosen) return chosen.word;
  const away = ['return', 'enter', 'escape', 'C-c', 'C-d', 'C-g'];
  return away.includes(chordOf(key)) ? lastWord(answers) : undefined;
}

/** The word of the last answer, the safe one. */
export function lastWord(answers: readonly Answer[]): string {
  return answers.at(-1)?.word ?? '';
}

/** Lines that stay at the bottom, each cut to a row, and under them what is asked. */
export function waitingFrame(lines: readonly string[], asked: string | undefined, width: number): Frame {
  const rows: Cell[][] = lines.map(line => clipCells(styledCells(line), width));
  if (asked !== undefined)
    rows.push(...asked.split('\n').flatMap(line => wrapCells(styledCells(`${line} `), width)));
  const last = rows.at(-1) ?? [];
  return {
    rows: rows.length > 0 ? rows.map(rowText) : [''],
    cursor: { row: Math.max(0, rows.length - 1), column: Math.min(columnsOf(last), width - 1) },
  };
}

function marked({ key, word }: Answer): string {
  const at = word.toLowerCase().indexOf(key.toLowerCase());
  if (at < 0) return `(${key}) ${word}`;
  return `${word.slice(0, at)}(${word.slice(at, at + key.length)})${word.slice(at + key.length)}`;
}
