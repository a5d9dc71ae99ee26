import type { Prompt } from './prompt.ts';

/** Asks whether to do what can't be taken back; where nobody can be asked, that is a no. */
export async function agrees(prompt: Prompt, question: string): Promise<boolean> {
  const answer = await prompt.ask(question, [
    { key: 'y', word: 'yes', isGrave: true },
    { key: 'n', word: 'no' },
  ]);
  return answer === 'yes';
}
