import * as flow from '../../diagnostics/catalogue/flow.ts';
import * as values from '../../diagnostics/catalogue/values.ts';
import * as verbs from '../../diagnostics/catalogue/verbs.ts';
import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { Schema } from '../../qapi/schema.ts';
import { statementOf, statements } from '../../statements/index.ts';
import type { Argument, Parameter, Script, Statement, VerbStatement } from '../../syntax/ast.ts';
import { isStatement } from '../../syntax/statement-or-value.ts';
import { describeKind } from '../evaluate/arguments.ts';
import { builtins } from '../evaluate/builtins.ts';
import type { Carried } from '../evaluate/context.ts';
import { kindOfType, parameterTypes } from '../evaluate/parameters.ts';
import { waitsForJob } from '../evaluate/raw-jobs.ts';
import { removal } from '../evaluate/removal.ts';
import { bindDefined, sayTheSame } from './bind-defined.ts';
import { childrenOf, referencesOf } from './visit.ts';

export interface BindOptions {
  readonly schema: Schema;
  /** The parameters that have a value from outside; undefined where none are asked for yet. */
  readonly given?: ReadonlySet<string>;
  /** Says which other versions know a command, or an argument, that the schema lacks. */
  readonly whereAvailable?: (command: string, argument?: string) => string | undefined;
  /** What `$` may stand before, and the procedures there are, from scripts that this one goes on from. */
  readonly carried?: Carried;
}

/**
 * Holds a script's words against what there is: verbs, keys, endings, types, names. It looks at every branch and
 * evaluates nothing.
 */
export function bind(script: Script, options: BindOptions): Finding[] {
  const findings: Finding[] = [];
  const names = new Set(['now', ...(options.carried?.scope.names() ?? [])]);
  bindAll(script.statements, { ...options, findings, names, depth: 0 });
  const parameters = script.statements.flatMap(statement =>
    statement.kind === 'param' ? [statement.parameter] : [],
  );
  bindParameters(parameters, options, findings);
  return findings;
}

interface Binder extends BindOptions {
  readonly findings: Finding[];
  /** What `$` may stand before, so far. */
  readonly names: Set<string>;
  readonly depth: number;
}

function bindAll(list: readonly Statement[], binder: Binder): void {
  for (const statement of list) bindStatement(statement, binder);
}

function bindStatement(statement: Statement, binder: Binder): void {
  const { findings, names } = binder;
  if (statement.target)
    findings.push(verbs.notSupported(statement.target.span, 'a second endpoint', [ONE_ENDPOINT]));
  for (const reference of referencesOf(statement)) {
    if (!names.has(reference.name.text)) {
      findings.push(values.unknownName(reference.name.span, reference.name.text, [...names]));
    }
  }
  bindOne(statement, binder);
  for (const child of childrenOf(statement)) {
    const inner: Binder = { ...binder, depth: binder.depth + (child.block ? 1 : 0) };
    for (const name of child.binds) names.add(name);
    bindAll(child.statements, inner);
  }
  for (const name of bindsOf(statement)) names.add(name);
}

const ONE_ENDPOINT = 'run the statements of each QEMU as a script of its own';

function bindOne(statement: Statement, binder: Binder): void {
  const { findings } = binder;
  switch (statement.kind) {
    case 'verb':
      bindVerb(statement, binder);
      break;
    case 'param':
      if (binder.depth > 0) findings.push(flow.nestedParameter(statement.span));
      break;
    case 'proc':
      findings.push(
        verbs.notSupported(statement.name.span, 'a `proc`', ['write its statements where it is called']),
      );
      break;
    case 'use':
      findings.push(verbs.notSupported(statement.span, '`use`', ['put the statements of that file here']));
      break;
    case 'host':
      findings.push(
        verbs.notSupported(statement.span, 'a host program', ['run it outside, before or after the script']),
      );
      break;
    case 'at':
      if (!statement.target)
        findings.push(verbs.notSupported(statement.span, 'a second endpoint', [ONE_ENDPOINT]));
      break;
    default:
  }
}

/** Verbs that the language has and this version gives no meaning to yet. */
const NOT_YET: Readonly<Record<string, string>> = {
  bitmap: 'the commands are there: block-dirty-bitmap-add node=… name=…',
  export: 'the commands are there: block-export-add id=… node-name=… type=nbd',
  io: 'write through an export, or in the guest',
  nbd: 'the commands are there: nbd-server-start addr.type=unix addr.data.path=…',
  reopen: 'the command is there: blockdev-reopen options=[{…}]',
  restart: 'start another sandbox',
  target: ONE_ENDPOINT,
  transaction: 'as an object it is there: {"execute": "transaction", "arguments": {"actions": […]}}',
};

function bindVerb(statement: VerbStatement, binder: Binder): void {
  const { findings, schema } = binder;
  const { text: verb, span } = statement.verb;
  bindRepeats(statement, findings);
  if (builtins.has(verb)) return;
  const definition = statementOf(verb);
  if (definition) {
    bindDefined(definition, statement, binder);
    return;
  }
  const instead = Object.hasOwn(NOT_YET, verb) ? NOT_YET[verb] : undefined;
  if (instead !== undefined) {
    findings.push(verbs.notSupported(span, `\`${verb}\``, [instead]));
    return;
  }
  if (!schema.command(verb)) {
    const known = [...statements.map(item => item.verb), ...builtins.keys(), ...WORDS, ...schema.commands()];
    findings.push(verbs.unknownVerb(span, verb, known, schema.label, binder.whereAvailable?.(verb)));
    return;
  }
  const [word] = statement.words;
  if (word) findings.push(verbs.wordForCommand(word.span, verb));
  if (statement.started) findings.push(verbs.nothingToStartRaw(statement.started, verb));
  if (statement.ending)
    findings.push(verbs.noSuchEnding(statement.ending.span, statement.ending.text, verb, []));
  if (statement.block) findings.push(verbs.noBlockHere(statement.block.span, verb));
  if (statement.within && !waitsForJob(verb)) {
    findings.push(verbs.nothingToWaitFor(statement.within.span, verb));
  } else if (statement.within?.otherwise) {
    findings.push(verbs.unknownLimitEnding(statement.within.otherwise.span, statement.within.otherwise.text));
  }
}

/** The words that begin the language's own statements. */
const WORDS = ['chain', 'param', 'let', 'expect', 'wait', 'if', 'for', 'defer', 'start', 'proc', 'use'];

function bindRepeats(statement: VerbStatement, findings: Finding[]): void {
  const seen = new Map<string, Argument>();
  for (const argument of statement.arguments) {
    const first = seen.get(argument.key.text);
    if (first) {
      const fix = sayTheSame(first.value, argument.value) ? [removal(statement, argument.span)] : [];
      findings.push(verbs.repeatedArgument(argument.key.span, first.key.span, argument.key.text, fix));
    } else seen.set(argument.key.text, argument);
  }
}

function bindParameters(parameters: readonly Parameter[], options: BindOptions, findings: Finding[]): void {
  const seen = new Set<string>();
  for (const parameter of parameters) {
    const name = parameter.name.text;
    if (seen.has(name)) findings.push(flow.repeatedParameter(parameter.name.span, name));
    seen.add(name);
    const kind = kindOfType(parameter);
    const [type] = parameter.type.names;
    if (!kind && type) findings.push(flow.unknownParameterType(type.span, type.text, parameterTypes));
    if (kind && options.given && !parameter.default && !options.given.has(name)) {
      findings.push(flow.missingParameter(parameter.name.span, name, describeKind(kind)));
    }
  }
}

/** The names that a statement binds for the ones behind it. */
function bindsOf(statement: Statement): string[] {
  switch (statement.kind) {
    case 'param':
      return [statement.parameter.name.text];
    case 'let':
      return [statement.name.text, ...(isStatement(statement.value) ? bindsOf(statement.value) : [])];
    case 'chain':
      return statement.chain.links.flatMap(link => {
        if (link.kind === 'rest') return link.name ? [link.name.text] : [];
        return link.name.kind === 'bare' ? [link.name.text] : [];
      });
    case 'verb':
      return nodesMadeBy(statement);
    default:
      return [];
  }
}

function nodesMadeBy(statement: VerbStatement): string[] {
  const definition = statementOf(statement.verb.text);
  return (definition?.parameters ?? []).flatMap((parameter, index) => {
    const { kind } = parameter;
    const makes =
      kind.is === 'new-node' ||
      (kind.is === 'node' &&
        kind.madeWith !== undefined &&
        statement.arguments.some(({ key }) => key.text === kind.madeWith));
    if (!makes) return [];
    const value =
      statement.arguments.find(({ key }) => key.text === parameter.name)?.value ??
      (index === 0 ? statement.words[0] : undefined);
    return value?.kind === 'bare' ? [value.text] : [];
  });
}
