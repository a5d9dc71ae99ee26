import { readFileSync } from 'node:fs';

/** What is expected of a pasted block: `then` states the chain that the section has led to so far. */
export interface PastedBlock {
  readonly name: string;
  readonly text: string;
  readonly expected: 'accepted' | 'warned' | 'refused' | 'then';
  /** The code of the finding that it must get, and what the help has to say. */
  readonly code: string;
  readonly help: string;
}

/** One section of a document: what it starts from, as a script, and what people paste from it, in its order. */
export interface PastedSection {
  readonly title: string;
  readonly start: string;
  /** What a QEMU would need to run it, beyond the disks: such sections are checked, not run. */
  readonly needs: string;
  readonly blocks: readonly PastedBlock[];
}

function readBlock(head: string, text: string, number: number): PastedBlock {
  const [, expected = '', rest = ''] = /^(\w+) ?(.*)$/.exec(head) ?? [];
  const first = text.trim().split('\n')[0] ?? '';
  const name = `${number}: ${first === '' ? head : first}`.slice(0, 90);
  if (expected === 'then') {
    // A node whose name QEMU made up is told by its place and its file.
    const verb = rest.includes(': ') ? 'chain' : 'expect chain';
    return { name, text: `${verb} ${rest}\n`, expected, code: '', help: '' };
  }
  const [, code = '', help = ''] = /^([\w-]+): (.*)$/.exec(rest) ?? [];
  if (!['accepted', 'warned', 'refused'].includes(expected) || (expected !== 'accepted' && code === ''))
    throw new Error(`no expectation: ---- ${head}`);
  return { name, text, expected: expected as PastedBlock['expected'], code, help };
}

/** Reads a file of `pasted/`: `====` begins a section, `----` a block with what is expected of it. */
export function readPasted(name: string): PastedSection[] {
  const text = readFileSync(new URL(`pasted/${name}`, import.meta.url), 'utf8');
  return text
    .split(/^==== /m)
    .slice(1)
    .map(section => {
      const [head = '', ...blocks] = section.split(/^---- /m);
      const [title = '', ...start] = head.split('\n');
      const needs = start.find(line => line.startsWith('needs '))?.slice(6) ?? '';
      return {
        title,
        needs,
        start: `${start.filter(line => line !== '' && !line.startsWith('needs ')).join('\n')}\n`,
        blocks: blocks.map((block, at) => {
          const end = block.indexOf('\n');
          return readBlock(block.slice(0, end), block.slice(end + 1), at + 1);
        }),
      };
    });
}
