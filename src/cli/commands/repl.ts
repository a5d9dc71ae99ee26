import { notAnswered } from '../../diagnostics/catalogue/silence.ts';
import { explanations } from '../../diagnostics/explanations/index.ts';
import { deviceChains } from '../../printing/chains-text.ts';
import { inEditor } from '../../repl/commands/edit.ts';
import { Connection } from '../../repl/connection.ts';
import { openHistory } from '../../repl/history/open-history.ts';
import { plainPrompt } from '../../repl/plain-prompt.ts';
import type { Prompt } from '../../repl/prompt.ts';
import { nameOfAddress, promptLabel } from '../../repl/prompt-label.ts';
import { promptSurroundings } from '../../repl/prompt-surroundings.ts';
import type { EntryOutcome } from '../../repl/session-log.ts';
import { defaultSettings } from '../../repl/settings.ts';
import { startRepl } from '../../repl/start.ts';
import { terminalPrompt } from '../../repl/terminal-prompt.ts';
import { SCRATCH } from '../../repl/tour.ts';
import type { Script } from '../../syntax/ast.ts';
import { parse } from '../../syntax/parse.ts';
import { loadSource, readSource } from '../../target/load-script.ts';
import { UsageError } from '../../target/usage-error.ts';
import type { Told } from '../../target/wish.ts';
import { codeOfFailure, type ExitCode, exitCode } from '../exit-code.ts';
import { explanationText } from '../explanation-text.ts';
import { interruptSignal } from '../interrupt.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';

/**
 * `qblk repl`: the prompt on a QEMU that runs or on a sandbox. Without a terminal it takes entries from standard input, one after the
 * other, and stops at the first that fails.
 */
export async function repl(options: Options, output: Output): Promise<ExitCode> {
  if (output.json) throw new UsageError('`qblk repl` writes no records', ['for these: qblk run --json FILE']);
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const settings = defaultSettings();
  let prompt: Prompt | undefined;
  const told: Told = {
    ...output,
    // Below a prompt's frames nobody else may write.
    silent: ({ command, seconds }, name) => {
      if (prompt) prompt.print(notAnswered(command, seconds, name));
      else output.silent({ command, seconds }, name);
    },
  };
  const connection = await Connection.open(options, headOf(options), told, isTerminal);
  const history = isTerminal ? openHistory({ onProblem: message => output.complain(message) }) : undefined;
  const surroundings = promptSurroundings(connection, () => history?.entries ?? []);
  const label = () => promptLabel(connection, nameOf(options), settings.plan === 'on');
  // A prompt's output is one picture, so its colour is that of the terminal it is drawn on.
  const color = isTerminal && output.color;
  const [input, screen] = [process.stdin, process.stdout];
  const isDumb = process.env['TERM'] === 'dumb';
  prompt =
    isTerminal && !isDumb
      ? terminalPrompt({ input, output: screen, surroundings, label, color, edit: inEditor })
      : plainPrompt({
          input,
          output: screen,
          errors: process.stderr,
          isOpen: surroundings.isOpen,
          ...(isTerminal ? { label } : {}),
        });
  const interrupt = interruptSignal({ ctrlC: !(isTerminal && isDumb) });
  let outcome: EntryOutcome;
  try {
    if (isTerminal) prompt.print(greetingOf(connection, options));
    outcome = await startRepl({
      prompt,
      connection,
      settings,
      ...(history ? { history } : {}),
      color,
      width: () => process.stdout.columns ?? 80,
      storyOf: async code => {
        const explanation = explanations.get(code);
        return explanation && explanationText(code, explanation);
      },
      signal: interrupt.signal,
    });
  } finally {
    prompt.close();
    interrupt.stop();
    await connection.close();
    history?.close();
  }
  return isTerminal && outcome !== 'interrupted' ? exitCode.done : codeOf(outcome);
}

/** What a sandbox is made of, or which QEMUs there are: a script's own head, the endpoints of `--target`, else a scratch disk. */
function headOf({ words, targets = new Map() }: Options): Script {
  const [file, extra] = words;
  if (extra !== undefined)
    throw new UsageError(`\`qblk repl\` takes one script, and there is \`${extra}\` too`);
  if (file !== undefined) return loadSource(readSource(file)).script;
  const lines = targets.size > 0 ? [...targets.keys()].map(name => `target ${name}`) : [SCRATCH];
  return parse(lines.join('\n')).script;
}

/** What the prompt calls its QEMU; with several, each has the name of its endpoint. */
function nameOf({ qmp, sandbox, targets }: Options): string {
  if (sandbox !== undefined) return 'sandbox';
  if (targets && targets.size > 0) return 'qblk';
  return nameOfAddress(qmp ?? process.env['QBLK_QMP'] ?? '');
}

function greetingOf(connection: Connection, { sandbox, words }: Options): string {
  const chains = [...connection.graphs].flatMap(([name, graph]) =>
    [...deviceChains(graph)].map(
      ([device, chain]) => `  ${name === undefined ? '' : `@${name} `}${device}: ${chain}`,
    ),
  );
  const more = chains.length > MOST_CHAINS ? ['  … `show chain` draws them all'] : [];
  const isScratch = sandbox !== undefined && words.length === 0;
  const tour = isScratch ? '`help tour` leads through the first steps, ' : '';
  return [
    `${connection.seen.schema.label}`,
    ...chains.slice(0, MOST_CHAINS),
    ...more,
    `${tour}\`help\` lists what there is, Tab completes, Ctrl-D leaves.`,
  ].join('\n');
}

const MOST_CHAINS = 6;

function codeOf(outcome: EntryOutcome): ExitCode {
  switch (outcome) {
    case 'done':
    case 'not-sent':
      return exitCode.done;
    case 'usage':
      return exitCode.usage;
    case 'connection':
      return exitCode.connection;
    case 'interrupted':
      return exitCode.interrupted;
    default:
      return codeOfFailure[outcome];
  }
}
