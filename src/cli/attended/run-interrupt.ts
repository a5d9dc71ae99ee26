import { interruptQuestion } from '../../diagnostics/catalogue/interrupts.ts';
import { endJobs } from '../../runner/leftover-jobs.ts';
import { ownJobInWords, ownJobs } from '../../target/own-jobs.ts';
import { qemusOf, type Target } from '../../target/target.ts';
import { harmless } from '../../text/harmless.ts';
import type { Output } from '../output.ts';
import { type Aftermath, aftermathOf, aftermathRecord, jobInWords } from './aftermath.ts';
import type { StatusArea } from './status-area.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** How many milliseconds a QEMU has to end what is cancelled. */
const PATIENCE = 10_000;
/** How many it has to say what is left, for somebody who wants to go at once. */
const HURRY = 500;

export interface InterruptingOptions {
  readonly target: Target;
  readonly output: Output;
  /** What becomes of the run's jobs where nobody is asked. */
  readonly policy: 'leave' | 'cancel';
  /** Whether whoever is asked may have the run's jobs cancelled. */
  readonly mayCancel: boolean;
  /** The terminal to ask at; missing where there is none, or where the policy was given. */
  readonly area?: (() => Promise<StatusArea>) | undefined;
}

/** The ways out of a run. */
export interface Interrupting {
  /** Aborts when the statement at hand is to be given up. */
  readonly signal: AbortSignal;
  /** Ends the run's jobs where that is the wish. */
  settle(): Promise<void>;
  /** Says what an interrupted run leaves behind. */
  tellWhatIsLeft(): Promise<void>;
  /** The run is over: signals do again what they do by themselves. */
  stop(): void;
}

/**
 * Listens for Ctrl-C, SIGTERM and SIGHUP. The first one gives the statement up, asked or by the policy; deferred statements run.
 * The second ends the program at once. No job is ended by any of that unless it is the wish.
 */
export function offerToInterrupt({
  target,
  output,
  policy,
  mayCancel,
  area,
}: InterruptingOptions): Interrupting {
  const controller = new AbortController();
  const over = new AbortController();
  const qemus = qemusOf(target);
  const before = new Set([...qemus.values()].flatMap(({ live }) => [...live.graph.jobs.keys()]));
  const cancelled: string[] = [];
  let wish = policy;
  let isAsking = false;
  let isLeaving = false;

  const leaveAtOnce = async () => {
    if (isLeaving) process.exit(130);
    isLeaving = true;
    tell(await aftermathOf(target, HURRY), 'left at once');
    process.exit(130);
  };
  const ask = async (openArea: () => Promise<StatusArea>) => {
    isAsking = true;
    const terminal = await openArea();
    const patience = new Promise<[]>(resolve => setTimeout(resolve, HURRY, []).unref());
    const jobs = await Promise.race([ownJobs(target, before), patience]);
    const { question, answers } = interruptQuestion(jobs.map(ownJobInWords), mayCancel);
    const word = await terminal.ask(question, answers, over.signal, () => void leaveAtOnce());
    isAsking = false;
    const chosen = answers.find(answer => answer.word === word)?.wish ?? 'leave';
    if (over.signal.aborted || chosen === 'go-on' || isLeaving) return;
    wish = chosen;
    controller.abort();
  };
  const hear = (name: NodeJS.Signals) => {
    if (isAsking || isLeaving || controller.signal.aborted) {
      if (name !== 'SIGHUP') void leaveAtOnce();
    } else if (name === 'SIGINT' && area) void ask(area);
    else controller.abort();
  };
  // They stay until the end: who waits for a child process would take a signal that nobody listens to for the program's end.
  for (const name of SIGNALS) process.on(name, hear);

  const tell = (left: readonly Aftermath[], how: string) => {
    for (const one of left) {
      const { endpoint } = one;
      const here = endpoint === undefined ? '' : ` at @${endpoint}`;
      if (output.json) output.record({ record: 'left', ...aftermathRecord(one), cancelled });
      if (qemus.get(endpoint)?.live.isSandbox)
        output.complain(`${how}; the sandbox${here && ` of @${endpoint}`} is removed`);
      else output.complain(...leftInWords(one, how, here));
    }
  };

  return {
    signal: controller.signal,
    async settle() {
      if (wish !== 'cancel') return;
      const patience = new Promise<void>(resolve => setTimeout(resolve, PATIENCE + HURRY).unref());
      const endings = [...qemus].map(async ([name, { live }]) => {
        const at = name === undefined ? '' : `@${name} `;
        const own = await ownJobs(target, before).catch(() => []);
        const here = own.filter(job => job.at === at && job.status !== 'concluded');
        const stay = await endJobs(live.session, id => !before.has(id), PATIENCE).catch(() => here);
        for (const { id, type } of here) {
          if (stay.some(job => job.id === id)) continue;
          cancelled.push(`${at}${id}`);
          output.say(harmless(`     cancelled: ${at}${id} (${type})`));
        }
      });
      await Promise.race([Promise.all(endings), patience]);
    },
    async tellWhatIsLeft() {
      tell(await aftermathOf(target), 'interrupted');
    },
    stop() {
      over.abort();
      for (const name of SIGNALS) process.off(name, hear);
    },
  };
}

/** What is left on a QEMU, and how it is put right. */
function leftInWords({ jobs, opened, endpoint }: Aftermath, how: string, here: string): [string, string[]] {
  if (!jobs) return [`${how}; QEMU does not say which jobs are left${here}`, []];
  const at = endpoint === undefined ? '' : `@${endpoint} `;
  const nodes = opened.map(({ node, file }) => (file === undefined ? node : `${node} (${file})`));
  const made = nodes.length === 0 ? '' : `; open since this run${here}: ${nodes.join(', ')}`;
  const close = opened.map(({ node }) => `${at}del ${node}`).join('; ');
  const closing =
    nodes.length === 0 ? [] : [`close what is of no use then: qblk -c '${close}', then remove its file`];
  if (jobs.length === 0) return [`${how}; no jobs are left${here}${made}`, closing];
  const left = jobs.map(jobInWords).join(', ');
  return [
    `${how}; left as they are${here}: ${left}${made}`,
    ['look at them: qblk show jobs', "end one: qblk -c 'cancel JOB'", ...closing],
  ];
}
