import { PassThrough, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { EntryLines } from '../../src/repl/editing/entry-lines.ts';
import { type PlainPromptOptions, plainPrompt } from '../../src/repl/plain-prompt.ts';
import type { Prompt } from '../../src/repl/prompt.ts';
import { surroundingsOf } from './surroundings.ts';

const { isOpen } = surroundingsOf();
const answers = [
  { key: 'y', word: 'yes' },
  { key: 'n', word: 'no' },
];

class Sink extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

const open: Prompt[] = [];
afterEach(() => {
  for (const prompt of open.splice(0)) prompt.close();
});

function pipe(options: Partial<PlainPromptOptions> = {}) {
  const [input, output, errors] = [new PassThrough(), new Sink(), new Sink()];
  const prompt = plainPrompt({ input, output, errors, isOpen, ...options });
  open.push(prompt);
  const all = async () => {
    const entries: string[] = [];
    for (let entry = await prompt.read(); entry !== undefined; entry = await prompt.read())
      entries.push(entry);
    return entries;
  };
  return { prompt, input, output, errors, all };
}

describe('off a terminal', () => {
  test.each([
    ['a line each', 'a\nb\n', ['a', 'b']],
    ['the last one without a newline', 'a\nb', ['a', 'b']],
    ['lines of another system', 'a\r\nb\r\n', ['a', 'b']],
    ['blank lines are none', '\na\n  \n\nb\n', ['a', 'b']],
    ['a block is one entry', 'each {\n  a\n\n}\nb\n', ['each {\n  a\n\n}', 'b']],
    ['a block that is never closed', 'each {\n  a\n', ['each {\n  a']],
    ['nothing', '', []],
  ])('%s', async (_, text, entries) => {
    const { input, all, output, errors } = pipe();
    input.end(text);
    expect(await all()).toEqual(entries);
    expect(output.text + errors.text).toBe('');
  });

  test('wherever its bytes are cut', async () => {
    const { input, all } = pipe();
    const entries = all();
    for (const byte of Buffer.from('é日 {\r\n}\r\nb')) input.write(Buffer.from([byte]));
    input.end();
    expect(await entries).toEqual(['é日 {\n}', 'b']);
  });

  test('results and messages go their ways', () => {
    const { prompt, output, errors } = pipe();
    prompt.print('a result', 'result');
    prompt.print('a message\n', 'message');
    prompt.progress(['50%']);
    expect([output.text, errors.text]).toEqual(['a result\n', 'a message\n']);
    expect(prompt.isInteractive).toBe(false);
  });

  test('nobody is asked', async () => {
    expect(await pipe().prompt.ask('Go on?', answers)).toBe('no');
  });

  test('a reader that goes away ends the entries quietly', async () => {
    const { prompt, input, output } = pipe();
    input.write('a\nb\nc\n');
    expect(await prompt.read()).toBe('a');
    output.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await wait(0);
    prompt.print('nobody reads this');
    expect(await prompt.read()).toBeUndefined();
  });

  test('a long input is no slower by the line', async () => {
    const { input, all } = pipe();
    const started = performance.now();
    const block = [
      'each {',
      ...Array.from({ length: 20_000 }, (_, at) => `  x${at} {"a": {"b": ${at}}}`),
      '}',
    ];
    input.end(`${'commit top=a\n'.repeat(100_000)}${'x'.repeat(20_000_000)}\n${block.join('\n')}\nlast`);
    const entries = await all();
    expect(entries.length).toBe(100_003);
    expect(entries.at(-2)).toBe(block.join('\n'));
    expect(entries.at(-1)).toBe('last');
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

test('brackets in strings and comments do not hide where an entry ends', () => {
  const lines = new EntryLines(text => !text.endsWith('\n}'));
  const block = ['each {', ...Array.from({ length: 200 }, () => 'x "{" \'(\' # [ {'), '}'];
  expect(block.map(line => lines.add(line)).filter(entry => entry !== undefined)).toEqual([block.join('\n')]);
});

describe('at a terminal that cannot move its cursor', () => {
  const label = () => 'qblk> ';

  test('each line has its prompt', async () => {
    const { prompt, input, output } = pipe({ label });
    const entry = prompt.read();
    input.write('each {\n');
    await wait(0);
    input.write('}\n');
    expect(await entry).toBe('each {\n}');
    expect(output.text).toBe('qblk> ...> ');
    expect(prompt.isInteractive).toBe(true);
  });

  test.each([
    ['y\n', 'yes'],
    ['YES\n', 'yes'],
    ['\n', 'no'],
    ['what\n', 'no'],
  ])('a question is answered by a line: %j', async (line, word) => {
    const { prompt, input, output } = pipe({ label });
    const answer = prompt.ask('Go on?', answers);
    input.write(line);
    expect(await answer).toBe(word);
    expect(output.text).toBe('Go on? (y)es, (n)o: ');
  });

  test('a question that is taken back does not eat the next entry', async () => {
    const { prompt, input } = pipe({ label });
    const controller = new AbortController();
    const answer = prompt.ask('Go on?', answers, controller.signal);
    controller.abort();
    expect(await answer).toBe('no');
    const entry = prompt.read();
    input.write('commit top=a\n');
    expect(await entry).toBe('commit top=a');
  });

  test.each([
    ['\n', 'commit top=a'],
    ['mirror\n', 'mirror'],
  ])('a text that is put into the line is taken by Enter, or replaced: %j', async (line, entry) => {
    const { prompt, input } = pipe({ label });
    prompt.prefill('commit top=a');
    input.write(line);
    expect(await prompt.read()).toBe(entry);
  });

  test('Ctrl-C interrupts a statement, and drops an entry that has begun', async () => {
    const { prompt, input } = pipe({ label });
    let interrupts = 0;
    const stop = prompt.onInterrupt(() => interrupts++);
    process.emit('SIGINT');
    expect(interrupts).toBe(1);
    const entry = prompt.read();
    input.write('each {\n');
    await wait(0);
    process.emit('SIGINT');
    input.write('a\n');
    expect(await entry).toBe('a');
    expect(interrupts).toBe(1);
    stop();
  });

  test('Ctrl-C drops an entry although nobody listens for it', async () => {
    const { prompt, input } = pipe({ label });
    const entry = prompt.read();
    input.write('each {\n');
    await wait(0);
    expect(process.emit('SIGINT')).toBe(true);
    input.write('b\n');
    expect(await entry).toBe('b');
    prompt.close();
    expect(process.listenerCount('SIGINT')).toBe(0);
  });
});
