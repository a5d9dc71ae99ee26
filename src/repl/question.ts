import { type Cell, styledCells } from '../terminal/cells.ts';
import type { Frame } from '../terminal/frame.ts';
import { clipCells, columnsOf, rowText, wrapCells } from '../terminal/rows.ts';
import { chordOf, type Key } from './editing/key.ts';
import type { Answer } from './prompt.ts';

/** A question with its answers, the key of each in brackets: `Go on? (y)es, (n)o`. */
export function questionText(question: string, answers: readonly Answer[]): string {
  return `${question} ${answers.map(marked).join(', ')}`;
}

/** What a key does to a question: it answers with a word, or goes to what has been typed. */
export interface Answering {
  readonly word?: string;
  readonly typed: string;
}

/**
 * What a key does to a question. A letter answers at once, but for a grave answer: that is typed as a word, or its beginning, with Enter
 * behind it, and other words are none. Enter alone is the last answer, as is whatever means to get away.
 */
export function answering(key: Key, answers: readonly Answer[], typed = ''): Answering {
  if (key.name === 'paste') return { typed };
  const chord = chordOf(key);
  if (['escape', 'C-c', 'C-d', 'C-g'].includes(chord)) return { word: lastWord(answers), typed };
  if (chord === 'return' || chord === 'enter') {
    const meant = answers.find(({ word, isGrave }) => isGrave && typed !== '' && word.startsWith(typed));
    return { word: meant?.word ?? lastWord(answers), typed };
  }
  if (chord === 'backspace') return { typed: '' };
  const chosen = answers.find(answer => answer.key.toLowerCase() === key.text.toLowerCase());
  if (chosen && !chosen.isGrave && typed === '') return { word: chosen.word, typed };
  return { typed: answers.some(({ isGrave }) => isGrave) ? typed + key.text : '' };
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

function marked({ key, word, isGrave }: Answer): string {
  if (isGrave) return `${word} and Enter`;
  const at = word.toLowerCase().indexOf(key.toLowerCase());
  if (at < 0) return `(${key}) ${word}`;
  return `${word.slice(0, at)}(${word.slice(at, at + key.length)})${word.slice(at + key.length)}`;
}
