import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { fakeTerminal } from './fake-terminal.ts';
import { surroundingsOf } from './surroundings.ts';

const open: ReturnType<typeof fakeTerminal>[] = [];
const terminal = (options: Parameters<typeof fakeTerminal>[0] = {}) => {
  const made = fakeTerminal(options);
  open.push(made);
  return made;
};
afterEach(() => {
  for (const { prompt } of open.splice(0)) prompt.close();
});

describe('an entry', () => {
  test('is typed and entered', async () => {
    const { prompt, press, xterm } = terminal();
    const entry = prompt.read();
    await press('commit top=a');
    expect(xterm.seen()).toEqual(['qblk> commit top=a']);
    expect(xterm.cursor()).toEqual({ row: 0, column: 18 });
    await press('\r');
    expect(await entry).toBe('commit top=a');
    expect(xterm.cursor()).toEqual({ row: 1, column: 0 });
  });

  test('may come in pieces of bytes', async () => {
    const { prompt, press } = terminal();
    const entry = prompt.read();
    await press(...[...Buffer.from('é日\x1b[D\x1b[1;5Dx\r')].map(byte => Buffer.from([byte])));
    expect(await entry).toBe('xé日');
  });

  test('has several lines', async () => {
    const { prompt, press, xterm } = terminal();
    const entry = prompt.read();
    await press('each {\rx\r');
    expect(xterm.seen()).toEqual(
      ['qblk> each {', ' ...>   x', ' ...>'.padEnd(8)].map(row => row.padEnd(row.length)),
    );
    await press('}\r');
    expect(await entry).toBe('each {\n  x\n}');
    expect(xterm.seen()).toEqual(['qblk> each {', ' ...>   x', ' ...> }']);
  });

  test('that is blank is none', async () => {
    const { prompt, press, xterm } = terminal();
    const entry = prompt.read();
    await press('\r', '  \r', 'a\r');
    expect(await entry).toBe('a');
    expect(xterm.seen().map(row => row.trimEnd())).toEqual(['qblk>', 'qblk>', 'qblk> a']);
  });

  test('Escape acts at once', async () => {
    const { prompt, press, input, xterm } = terminal();
    void prompt.read();
    await press('com\t');
    expect(xterm.seen()).toHaveLength(3);
    const started = performance.now();
    input.write('\x1b');
    while (xterm.seen().length > 1) {
      await wait(1);
      await xterm.shown();
    }
    // By itself Node.js would wait for half a second.
    expect(performance.now() - started).toBeLessThan(400);
    expect(xterm.seen()).toEqual(['qblk> com']);
  });

  test('Ctrl-C clears, then says how to leave; Ctrl-D leaves', async () => {
    const { prompt, press, xterm } = terminal();
    const entry = prompt.read();
    await press('abc', '\x03');
    expect(xterm.seen()).toEqual(['qblk> ']);
    await press('\x03');
    expect(xterm.seen()).toEqual(['Ctrl-D leaves.', 'qblk> ']);
    await press('\x04');
    expect(await entry).toBeUndefined();
    expect(await prompt.read()).toBeUndefined();
  });

  test('is put into the line', async () => {
    const { prompt, press } = terminal();
    prompt.prefill('commit top=b');
    const entry = prompt.read();
    await press('\x7fa\r');
    expect(await entry).toBe('commit top=a');
  });

  test('goes on in an editor', async () => {
    const seen: string[] = [];
    const edit = async (text: string) => {
      seen.push(text);
      return `${text}!`;
    };
    const { prompt, press, input } = terminal({ edit });
    const entry = prompt.read();
    await press('abc\x18\x05');
    expect(seen).toEqual(['abc']);
    expect(input.modes).toEqual([false, true, false, false, true]);
    await press('\r');
    expect(await entry).toBe('abc!');
  });
});

describe('a pasted text', () => {
  test('is reviewed before it runs', async () => {
    const { prompt, press, xterm } = terminal();
    const entry = prompt.read();
    await press('\x1b[200~commit\ttop=a\r\nmirror b\n\x1b[201~');
    expect(xterm.seen()).toEqual(['qblk> commit    top=a', ' ...> mirror b']);
    await press('!\r');
    expect(await entry).toBe('commit\ttop=a\nmirror b!');
  });

  test('keeps its place among the keys, wherever its bytes are cut', async () => {
    const { prompt, press } = terminal();
    const entry = prompt.read();
    await press(...'a\x1b[200~b\nc\x1b[201~d\r');
    expect(await entry).toBe('ab\ncd');
  });

  test('enters nothing on a slow line that is cut within the bracket', async () => {
    const { prompt, press } = terminal();
    const entry = prompt.read();
    await press('\x1b');
    await press('[200~a\nb\n\x1b');
    await press('[201~');
    await press('!\r');
    expect(await entry).toBe('a\nb!');
  });

  test('may have ten thousand lines', async () => {
    const { prompt, input, rest, xterm } = terminal();
    const text = Array.from(
      { length: 10_000 },
      (_, index) => `commit top=node${index} base=node${index + 1}`,
    ).join('\n');
    const entry = prompt.read();
    const started = performance.now();
    input.write(`\x1b[200~${text}\x1b[201~`);
    await wait(0);
    input.write('x');
    await rest();
    expect(xterm.seen().at(-1)).toBe('line 10000 of 10000');
    expect(performance.now() - started).toBeLessThan(5000);
    input.write('\x7f\r');
    expect(await entry).toBe(text);
  });
});

describe('printing', () => {
  test('above what is typed, which stays as it is', async () => {
    const { prompt, press, xterm } = terminal({ width: 20 });
    void prompt.read();
    await press('commit top=a base=b');
    prompt.print('a job has ended, and this line is long\n');
    await press('c');
    expect(xterm.seen()).toEqual([
      'a job has ended, and',
      ' this line is long',
      'qblk> commit top=a b',
      'ase=bc',
    ]);
    expect(xterm.cursor()).toEqual({ row: 3, column: 6 });
  });

  test('a thousand lines a second cost no character', async () => {
    const { prompt, input, output, rest, xterm } = terminal();
    const entry = prompt.read();
    const text = 'commit top=node1 base=node2';
    let printed = 0;
    const started = performance.now();
    for (const character of text) {
      input.write(character);
      while (printed < performance.now() - started + 37) prompt.print(`event ${printed++}`);
      await wait(15);
    }
    await rest();
    expect(printed).toBeGreaterThan(300);
    expect(xterm.seen().at(-1)).toBe(`qblk> ${text}`);
    const events = xterm.all().filter(line => line.startsWith('event '));
    expect(events).toEqual(Array.from({ length: printed }, (_, index) => `event ${index}`));
    expect(output.sent.split('\x1b[?2026h').length).toBeLessThan(200);
    input.write('\r');
    expect(await entry).toBe(text);
  });

  test('while a statement runs, above its progress', async () => {
    const { prompt, rest, xterm } = terminal({ width: 20 });
    prompt.progress(['commit0 [####      ]', 'a line that is much too long']);
    await rest();
    prompt.print('an event');
    await rest();
    expect(xterm.seen()).toEqual(['an event', 'commit0 [####      ]', 'a line that is much…']);
    prompt.progress([]);
    await rest();
    expect(xterm.seen()).toEqual(['an event']);
    expect(xterm.cursor()).toEqual({ row: 1, column: 0 });
  });
});

describe('a change of size', () => {
  test('while a wrapped line and a menu are shown', async () => {
    const { prompt, press, resize, xterm } = terminal({ width: 40, height: 20 });
    prompt.print('printed before');
    void prompt.read();
    await press('commit top=node1 base=node2 speed=1M com', '\x1b[D\x1b[Cx\x7f', '\t');
    const around = async (columns: number) => {
      await resize(columns, 20);
      return xterm.seen();
    };
    const wide = xterm.seen();
    expect(await around(22)).toEqual([
      'printed before',
      'qblk> commit top=node1',
      ' base=node2 speed=1M c',
      'om',
    ]);
    expect(await around(60)).toEqual(['printed before', 'qblk> commit top=node1 base=node2 speed=1M com']);
    expect(await around(40)).toEqual(wide);
  });

  test('with a menu', async () => {
    const { prompt, press, resize, xterm } = terminal({ width: 50, height: 20 });
    prompt.print('printed before');
    void prompt.read();
    await press('commit base=node1 speed=12 top=\t\t');
    const wide = xterm.seen();
    expect(wide.slice(0, 3)).toEqual([
      'printed before',
      'qblk> commit base=node1 speed=12 top=node',
      'node0   0 GiB',
    ]);
    await resize(30, 20);
    expect(xterm.seen().slice(0, 4)).toEqual([
      'printed before',
      'qblk> commit base=node1 speed=',
      '12 top=node',
      'node0   0 GiB',
    ]);
    await resize(50, 20);
    expect(xterm.seen()).toEqual(wide);
  });
});

test('a menu with long summaries becomes narrow and wide again', async () => {
  const { prompt, press, resize, xterm } = terminal({ width: 50, height: 20 });
  prompt.print('printed before');
  void prompt.read();
  await press('com\t');
  await resize(12, 20);
  expect(xterm.seen()).toEqual(['printed befo', 're', 'qblk> com', 'commit   wr…', 'compare  co…']);
  await resize(50, 20);
  expect(xterm.seen()).toEqual([
    'printed before',
    'qblk> com',
    'commit   writes a layer into the one below',
    'compare  compares two nodes',
  ]);
});

test('no bytes break the prompt, and the terminal shows what a fresh one would', async () => {
  const bytes = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...'ab {}=\t\r\x7f', 'com', '日', '👨‍👩‍👧') },
    { weight: 3, arbitrary: fc.constantFrom(...'ABCDFHZ').map(letter => `\x1b[${letter}`) },
    { weight: 3, arbitrary: fc.constantFrom(...'\x01\x03\x05\x0b\x10\x12\x14\x15\x17\x18\x19\x1f') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '\x1b',
        '\x1b[',
        '\x1b[200~x\ny',
        '\x1b[201~',
        '\x1b[1;5D',
        '\x1bO',
        '\x1b\x1b',
      ),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { maxLength: 25 }), async chunks => {
      const { prompt, press, resize, xterm } = terminal({ width: 24, height: 10 });
      void prompt.read().then(() => prompt.read());
      await press(...chunks);
      const seen = xterm.all();
      // Another size and back: all is drawn anew.
      await resize(24, 11);
      await resize(24, 10);
      expect(xterm.all()).toEqual(seen);
      prompt.close();
    }),
    { numRuns: 40 },
  );
});

describe('while nothing is read', () => {
  test('keys are kept for the next entry', async () => {
    const { prompt, press } = terminal();
    await press('first\rsecond\rthi');
    expect(await prompt.read()).toBe('first');
    expect(await prompt.read()).toBe('second');
    const third = prompt.read();
    await press('rd\r');
    expect(await third).toBe('third');
  });

  test('Ctrl-C interrupts, and forgets what was typed', async () => {
    const { prompt, press } = terminal();
    let interrupts = 0;
    const stop = prompt.onInterrupt(() => interrupts++);
    await press('abc', '\x03');
    stop();
    await press('\x03');
    expect(interrupts).toBe(1);
    const entry = prompt.read();
    await press('x\r');
    expect(await entry).toBe('x');
  });
});

describe('a question', () => {
  const answers = [
    { key: 'l', word: 'leave it' },
    { key: 'c', word: 'cancel it' },
    { key: 'g', word: 'go on' },
  ];

  test('is answered by a key', async () => {
    const { prompt, press, rest, xterm } = terminal({ width: 60 });
    prompt.progress(['commit0 50%']);
    const answer = prompt.ask('commit0 is running:', answers);
    await rest();
    expect(xterm.seen()).toEqual(['commit0 50%', 'commit0 is running: (l)eave it, (c)ancel it, (g)o on ']);
    await press('x', '\x1b[200~l\x1b[201~', 'c');
    expect(await answer).toBe('cancel it');
    expect(xterm.seen()).toEqual(['commit0 is running: cancel it', 'commit0 50%']);
  });

  test.each(['\r', '\x03', '\x1b'])('the last answer is the safe one: %j', async key => {
    const { prompt, press, rest } = terminal();
    const answer = prompt.ask('Go on?', answers);
    await rest();
    await press(key);
    expect(await answer).toBe('go on');
  });

  test('one after the other, and not by what was typed before', async () => {
    const { prompt, press } = terminal();
    await press('c');
    const controller = new AbortController();
    const first = prompt.ask('First?', answers, controller.signal);
    const second = prompt.ask('Second?', answers);
    await press();
    controller.abort();
    expect(await first).toBe('go on');
    await press('l');
    expect(await second).toBe('leave it');
    const entry = prompt.read();
    await press('\r');
    expect(await entry).toBe('c');
  });
});

describe('the terminal', () => {
  test('is given back', async () => {
    const { prompt, input, output, press, xterm } = terminal();
    const entry = prompt.read();
    await press('abc');
    prompt.close();
    prompt.close();
    expect(await entry).toBeUndefined();
    await xterm.shown();
    expect(input.modes.at(-1)).toBe(false);
    expect(output.sent.lastIndexOf('\x1b[?2004l')).toBeGreaterThan(output.sent.lastIndexOf('\x1b[?2004h'));
    expect(await prompt.ask('?', [{ key: 'n', word: 'no' }])).toBe('no');
  });

  test('that goes away ends the entries', async () => {
    const { prompt, input } = terminal();
    const entry = prompt.read();
    input.end();
    expect(await entry).toBeUndefined();
  });

  test('belongs to another program for a while', async () => {
    const { prompt, press, output, xterm } = terminal();
    const entry = prompt.read();
    await press('abc');
    const result = await prompt.suspend(async () => {
      await xterm.shown();
      expect(xterm.seen()).toEqual([]);
      output.write('an editor\r\n');
      prompt.print('printed meanwhile');
      await wait(40);
      await xterm.shown();
      expect(xterm.seen()).toEqual(['an editor']);
      return 7;
    });
    expect(result).toBe(7);
    await press('d');
    expect(xterm.seen()).toEqual(['an editor', 'printed meanwhile', 'qblk> abcd']);
    await press('\r');
    expect(await entry).toBe('abcd');
  });

  test('is drawn again when the label has changed', async () => {
    let label = 'one> ';
    const { prompt, press, rest, xterm } = terminal({ label: () => label });
    void prompt.read();
    await press('a');
    label = 'other> ';
    prompt.refresh();
    await rest();
    expect(xterm.seen()).toEqual(['other> a']);
  });

  test('the surroundings are asked anew at each key', async () => {
    const history: string[] = [];
    const { prompt, press } = terminal({
      surroundings: {
        ...surroundingsOf(),
        get history() {
          return history;
        },
      },
    });
    const entry = prompt.read();
    await press('a');
    history.push('abc');
    await press('\x1b[C\r');
    expect(await entry).toBe('abc');
  });

  test('Ctrl-L clears it, while a statement runs too', async () => {
    const { prompt, press, xterm } = terminal();
    prompt.print('printed');
    prompt.progress(['50%']);
    await press('\x0c');
    expect(xterm.seen()).toEqual(['50%']);
  });
});
