import { fill } from '../editor/paragraph.ts';
import { deviceChains } from '../printing/chains-text.ts';
import type { Guide, Repl } from './repl.ts';

interface Stop {
  readonly text: string;
  /** What stands in the line then, to be entered. */
  readonly entry: string;
}

/** The disk that a prompt's own sandbox has. */
export const SCRATCH = 'chain disk0: A <- B <- C <- D';

const STOPS: readonly Stop[] = [
  {
    text: 'Four images make up the scratch disk: A is the base, D the active layer, which the guest writes to.\nEach statement below stands in the line already: press Enter to run it, or change it first.',
    entry: 'show chain',
  },
  {
    text: 'snapshot puts a new overlay on the disk. From then on D stays as it is, and the guest writes to E.',
    entry: 'snapshot D overlay=E filename=e.qcow2',
  },
  {
    text: 'stream copies up: what is in B goes into C, and B leaves the chain. Press Tab behind `base=` to see what could stand there.',
    entry: 'stream C base=A',
  },
  {
    text: 'commit merges down: what is in D goes into C. D is below the active layer, so the job ends by itself.',
    entry: 'commit D base=C',
  },
  {
    text: 'D is of no use any more, and still open: nodes that were opened under a name stay until they are closed.',
    entry: 'del D',
  },
  {
    text: 'E is the active layer. A commit of that one waits once all is copied, for the guest goes on writing: `then pivot` moves it down to C.\nSee the plan first: explain shows what a statement would send and change, and sends nothing.',
    entry: 'explain commit E base=C then pivot',
  },
  { text: 'Now do it.', entry: 'commit E base=C then pivot' },
  {
    text: 'mirror copies a disk while the guest writes to it, and `then pivot` moves the guest to the copy. With `then cancel` the guest stays, and the copy shows the disk as it was at that moment.',
    entry: 'mirror C target=F filename=f.qcow2 sync=full then pivot',
  },
  {
    text: 'What you did is a script: `:save` writes it, and `qblk run tour.qblk --sandbox` does it again.',
    entry: ':save tour.qblk',
  },
];

/** A short way through snapshot, stream, commit and mirror on the scratch disk, a stop at a time. */
export class Tour implements Guide {
  #at: number | undefined;

  begin(repl: Repl): void {
    const { connection, prompt } = repl;
    if (this.#at === undefined) {
      const [chain = ''] = [...connection.graphs.values()].map(graph => deviceChains(graph).get('disk0'));
      if (!connection.isSandbox || `chain disk0: ${chain}` !== SCRATCH) {
        prompt.print(
          'The tour needs a scratch disk that nobody has changed yet: start `qblk --sandbox`, then `help tour`.',
        );
        return;
      }
      this.#at = 0;
    }
    this.#show(repl);
  }

  /** Goes on once the statement of the stop at hand has been carried out; anything else may be tried in between. */
  entered(entry: string, repl: Repl): void {
    if (this.#at === undefined || entry.trim() !== STOPS[this.#at]?.entry) return;
    this.#at++;
    if (this.#at < STOPS.length) this.#show(repl);
    else {
      this.#at = undefined;
      repl.prompt.print(
        'That was the tour. `help` lists all there is, `help commit` tells of one statement.',
      );
    }
  }

  #show({ prompt, width }: Repl): void {
    const stop = STOPS[this.#at ?? 0];
    if (!stop) return;
    const lines = stop.text.split('\n').flatMap(paragraph => fill(paragraph, 0, Math.min(80, width())));
    prompt.print(['', ...lines].join('\n'));
    prompt.prefill(stop.entry);
  }
}
