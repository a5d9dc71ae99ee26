import { describeKind } from '../compile/evaluate/arguments.ts';
import { builtins } from '../compile/evaluate/builtins.ts';
import { commandOf } from '../compile/evaluate/call.ts';
import { wholeKindOfType } from '../compile/evaluate/parameters.ts';
import { waitsForJob } from '../compile/evaluate/raw-jobs.ts';
import type { Procedure } from '../compile/procedures.ts';
import type { BlockGraph } from '../graph/graph.ts';
import type { DatumObject } from '../statements/datum.ts';
import type { Ending, ParameterDefinition, StatementDefinition } from '../statements/define.ts';

/** What a verb takes: a defined statement, a command of QMP, a procedure and a word of the language look alike here. */
export interface Callable {
  readonly verb: string;
  /** The first is what the word behind the verb is for, unless `isRaw`. */
  readonly parameters: readonly ParameterDefinition[];
  /** The QMP command whose other arguments it takes too. */
  command(keys: ReadonlySet<string>): string | undefined;
  implied(given: DatumObject, graph: BlockGraph): DatumObject;
  readonly endings: readonly Ending[];
  /** Whether `within` can stand behind it. */
  readonly waits: boolean;
  /** Whether it starts a job of its own, which `job-id=` names. */
  readonly startsJob: boolean;
  /** Whether it takes no word, only `key=value`. */
  readonly isRaw: boolean;
}

const PLAIN = {
  parameters: [],
  command: () => undefined,
  implied: () => ({}),
  endings: [],
  waits: false,
  startsJob: false,
  isRaw: false,
};

export function callDefined(definition: StatementDefinition): Callable {
  const { verb, parameters, endings = [], job, implied } = definition;
  return {
    verb,
    parameters,
    endings,
    command: keys => commandOf(definition, keys),
    implied: (given, graph) => implied?.(given, graph) ?? {},
    waits: job !== undefined || parameters[0]?.kind.is === 'job',
    startsJob: job !== undefined,
    isRaw: false,
  };
}

export function callCommand(command: string): Callable {
  return { ...PLAIN, verb: command, command: () => command, waits: waitsForJob(command), isRaw: true };
}

export function callProcedure({ statement }: Procedure): Callable {
  const parameters = statement.parameters.map((parameter): ParameterDefinition => {
    const kind = wholeKindOfType(parameter) ?? { is: 'string' };
    return {
      name: parameter.name.text,
      kind,
      summary: parameter.documentation ?? describeKind(kind),
      required: parameter.default === undefined,
    };
  });
  return { ...PLAIN, verb: statement.name.text, parameters, waits: true };
}

const TRANSACTION: Callable = {
  ...PLAIN,
  verb: 'transaction',
  parameters: [
    {
      name: 'completion-mode',
      kind: { is: 'choice', of: ['individual', 'grouped'] },
      summary: 'whether its jobs succeed or fail together',
    },
  ],
  waits: true,
  isRaw: true,
};

const TARGET: Callable = {
  ...PLAIN,
  verb: 'target',
  parameters: [
    { name: 'name', kind: { is: 'new-node' }, required: true, summary: 'the name of the endpoint' },
    { name: 'incoming', kind: { is: 'boolean' }, summary: 'whether its QEMU waits for a guest' },
  ],
};

const DISK: Callable = {
  ...PLAIN,
  verb: 'io',
  parameters: [{ name: 'disk', kind: { is: 'device' }, required: true, summary: 'the disk' }],
};

/** A verb of the language's own that has no definition; undefined for any other. */
export function callBuiltin(verb: string): Callable | undefined {
  const known = [TRANSACTION, TARGET, DISK].find(item => item.verb === verb);
  return known ?? (builtins.has(verb) ? { ...PLAIN, verb } : undefined);
}
