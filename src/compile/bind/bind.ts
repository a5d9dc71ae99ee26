import * as bare from '../../diagnostics/catalogue/bare-words.ts';
import * as flow from '../../diagnostics/catalogue/flow.ts';
import { nestedProcedure } from '../../diagnostics/catalogue/procedures.ts';
import * as values from '../../diagnostics/catalogue/values.ts';
import * as verbs from '../../diagnostics/catalogue/verbs.ts';
import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { Schema } from '../../qapi/schema.ts';
import { familyOf, statementWords } from '../../statements/index.ts';
import { resolveStatement } from '../../statements/resolve.ts';
import type {
  Argument,
  Comment,
  Parameter,
  Script,
  Statement,
  Text,
  VerbStatement,
} from '../../syntax/ast.ts';
import { isStatement } from '../../syntax/statement-or-value.ts';
import { endpointOf } from '../declared-endpoints.ts';
import { describeKind } from '../evaluate/arguments.ts';
import { builtins } from '../evaluate/builtins.ts';
import type { Carried } from '../evaluate/context.ts';
import type { HostRules } from '../evaluate/outside/host-rules.ts';
import { kindOfType, parameterTypes } from '../evaluate/parameters.ts';
import { waitsForJob } from '../evaluate/raw-jobs.ts';
import { removal } from '../evaluate/removal.ts';
import { actionTypes } from '../evaluate/transaction/inside.ts';
import { namesBoundBy } from '../names-bound.ts';
import { type Procedure, proceduresOf } from '../procedures.ts';
import { bindDefined, sayTheSame } from './bind-defined.ts';
import { bindEndpoints } from './bind-endpoints.ts';
import { bindFamily } from './bind-family.ts';
import { bindGuest, bindHost } from './bind-host.ts';
import {
  bindCall,
  bindCircles,
  bindKept,
  bindProcedure,
  type Procedures,
  procedureNames,
} from './bind-procedures.ts';
import { bindInside, bindTransaction, isBlockOfTransaction, isTransaction } from './bind-transaction.ts';
import { calledBy } from './calls-in.ts';
import { childrenOf, type Mention, mentionsIn, mentionsOf } from './visit.ts';
import { LANGUAGE_WORDS } from './words.ts';

export interface BindOptions {
  readonly schema: Schema;
  /** The parameters that have a value from outside; undefined where none are asked for yet. */
  readonly given?: ReadonlySet<string>;
  /** Says which other versions know a command, or an argument, that the schema lacks. */
  readonly whereAvailable?: (command: string, argument?: string) => string | undefined;
  /** What `$` may stand before, and the procedures there are, from scripts that this one goes on from. */
  readonly carried?: Carried;
  /** What `$` lines, `io` and `restart` may do; without it what they may do anywhere. */
  readonly host?: HostRules;
  /** The endpoints that are there already, with what the QEMU of each accepts; one that is only declared has the schema above. */
  readonly endpoints?: ReadonlyMap<string, { readonly schema: Schema }>;
}

/**
 * Holds a script's words against what there is: verbs, keys, endings, types, names. It looks at every branch and
 * evaluates nothing.
 */
export function bind(script: Script, options: BindOptions): Finding[] {
  const findings: Finding[] = [];
  const { carried, schema, endpoints = new Map() } = options;
  const places = carried ? ['', ...endpoints.keys()] : [];
  const names = new Set(['now', ...places.flatMap(place => carried?.scope.at(place).names() ?? [])]);
  const lost = new Set(lostIn(script));
  for (const name of lost) names.add(name);
  findings.push(...bindEndpoints(script, schema, carried ? endpoints.keys() : []));
  const own = proceduresOf(script);
  const atTop = own.length > 0 ? [...names, ...boundAtTop(script.statements)] : [];
  const procedures = new Map([...(carried?.procedures ?? []), ...procedureNames(own, findings)]);
  const isWhole = script.statements.every(statement => statement.kind !== 'use' || statement.script);
  const binder: Binder = { ...options, findings, names, depth: 0, procedures, isWhole, lost };
  bindAll(script.statements, binder);
  if (own.length > 0) bindCircles(own, binder);
  const called = calledBy(script.statements, procedures);
  for (const procedure of own) {
    const seen = new Set(procedure.isUsed ? ['now'] : atTop);
    const isIdle = procedure.isUsed && !called.has(procedure.statement.name.text);
    bindBody(procedure, { ...binder, names: seen, depth: 1, isIdle });
  }
  const parameters = script.statements.flatMap(statement =>
    statement.kind === 'param' ? [statement.parameter] : [],
  );
  bindParameters(parameters, options, findings);
  return findings.map(finding => withHiddenWord(finding, script.comments));
}

/** What statements of a script and of the files that it uses would have named. */
function lostIn({ statements, lost = [] }: Script): string[] {
  const used = statements.flatMap(statement =>
    statement.kind === 'use' && statement.script ? lostIn(statement.script) : [],
  );
  return [...lost, ...used];
}

/** Where an argument is missing and a comment stands right behind the verb, as in `del #block123`, the finding says so. */
function withHiddenWord(finding: Finding, comments: readonly Comment[]): Finding {
  if (finding.code !== 'missing-argument') return finding;
  const place = finding.primary?.span.end ?? -1;
  const [word = ''] = comments.find(({ span }) => span.start === place + 1)?.text.split(/\s/) ?? [];
  return /^#[^#\s]/.test(word) ? verbs.hiddenByComment(finding, word) : finding;
}

interface Binder extends BindOptions {
  readonly findings: Finding[];
  readonly procedures: Procedures;
  /** Whether every file that the script uses could be read: else any verb may be one of theirs. */
  readonly isWhole: boolean;
  /** What statements would have named that have a mistake in their form: theirs is told, and that nobody names it is not. */
  readonly lost: ReadonlySet<string>;
  /** What `$` may stand before, so far. */
  readonly names: Set<string>;
  readonly depth: number;
  /** In a procedure of a used file that the script never calls: what may be done where it runs does not matter. */
  readonly isIdle?: boolean;
  /** The name for which a `let` keeps the statement. */
  readonly keptAs?: string | undefined;
  /** Inside the block of a `transaction`, where only its actions can be. */
  readonly inTransaction?: boolean;
}

function bindAll(list: readonly Statement[], binder: Binder): void {
  for (const statement of list) bindStatement(statement, binder);
}

/** A body is looked at once, whatever its calls. */
function bindBody(procedure: Procedure, binder: Binder): void {
  const { parameters, body } = procedure.statement;
  bindProcedure(procedure, binder);
  bindParameters(parameters, { schema: binder.schema }, binder.findings);
  for (const { name, default: value } of parameters) {
    if (value) bindMentions(mentionsIn(value), binder);
    binder.names.add(name.text);
  }
  bindAll(body.statements, binder);
}

function bindMentions(mentions: Iterable<Mention>, { findings, names }: Binder): void {
  for (const mention of mentions) {
    if (mention.kind === 'text') {
      const meant = dollarNamesIn(mention).find(name => names.has(name));
      if (meant !== undefined) findings.push(values.dollarInText(mention.span, meant));
    } else if (!names.has(mention.name.text))
      findings.push(values.unknownName(mention.name.span, mention.name.text, [...names]));
  }
}

/** The names behind a plain `$` of a string; none where it has escapes, as those may be meant so. */
function dollarNamesIn({ parts, span }: Text): string[] {
  const lengths = parts.map(part =>
    typeof part === 'string' ? part.length : part.span.end - part.span.start,
  );
  const hasEscapes = lengths.reduce((sum, length) => sum + length, '""'.length) !== span.end - span.start;
  const texts = hasEscapes ? [] : parts.filter(part => typeof part === 'string');
  return texts.flatMap(text => [...text.matchAll(/\$([A-Za-z_][\w-]*)/g)].map(([, name = '']) => name));
}

function bindStatement(statement: Statement, outer: Binder): void {
  if (statement.kind === 'proc' || statement.kind === 'use') {
    if (outer.depth > 0) outer.findings.push(nestedProcedure(statement.span, statement.kind));
    return;
  }
  const schema = outer.endpoints?.get(endpointOf(statement)?.text ?? '')?.schema;
  const binder = schema ? { ...outer, schema } : outer;
  const { findings, names } = binder;
  bindMentions(mentionsOf(statement), binder);
  const misplaced = binder.inTransaction ? bindInside(statement, binder.schema) : undefined;
  if (misplaced) findings.push(misplaced);
  else bindOne(statement, binder);
  for (const child of misplaced ? [] : childrenOf(statement)) {
    const inTransaction = binder.inTransaction || isBlockOfTransaction(statement, child.statements);
    const keptAs = statement.kind === 'let' && !child.block ? statement.name.text : undefined;
    const inner: Binder = { ...binder, depth: binder.depth + (child.block ? 1 : 0), inTransaction, keptAs };
    for (const name of child.binds) names.add(name);
    bindAll(child.statements, inner);
  }
  for (const name of namesBoundBy(statement)) names.add(name);
}

function bindOne(statement: Statement, binder: Binder): void {
  const { findings } = binder;
  switch (statement.kind) {
    case 'verb':
      bindVerb(statement, binder);
      break;
    case 'param':
      if (binder.depth > 0) findings.push(flow.nestedParameter(statement.span));
      break;
    case 'let':
      if (isStatement(statement.value)) bindKept(statement.value, binder);
      break;
    case 'host':
      if (!binder.isIdle) findings.push(...bindHost(statement, binder.host));
      break;
    default:
  }
}

function bindVerb(statement: VerbStatement, binder: Binder): void {
  const { findings, schema } = binder;
  const { text: verb, span } = statement.verb;
  bindRepeats(statement, findings);
  if (isTransaction(statement)) {
    bindTransaction(statement, findings);
    return;
  }
  const procedure = binder.procedures.get(verb);
  if (procedure) {
    bindCall(procedure, statement, binder);
    return;
  }
  findings.push(...bindGuest(statement, binder.isIdle ? {} : binder.host));
  if (builtins.has(verb) || verb === 'target') return;
  const resolved = resolveStatement(statement);
  if (resolved) {
    bindDefined(resolved.definition, resolved.statement, binder);
    return;
  }
  const family = familyOf(verb);
  if (family.length > 0) {
    findings.push(bindFamily(family, statement));
    return;
  }
  if (!schema.command(verb)) {
    if (binder.inTransaction && actionTypes(schema).has(verb)) return;
    if (!binder.isWhole || binder.lost.has(verb)) return;
    const known = [
      ...binder.procedures.keys(),
      ...statementWords,
      ...builtins.keys(),
      ...LANGUAGE_WORDS,
      ...schema.commands(),
    ];
    const { keptAs: as, names, whereAvailable } = binder;
    const kept =
      as !== undefined && span.end === statement.span.end ? { as, isName: names.has(verb) } : undefined;
    findings.push(verbs.unknownVerb(span, verb, known, schema.label, whereAvailable?.(verb), kept));
    return;
  }
  const [word] = statement.words;
  if (word) findings.push(bare.wordForCommand(word.span, verb));
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

/** What is bound at the top of a script, somewhere: a procedure may be called when all of it is. Nodes outlive blocks. */
function boundAtTop(statements: readonly Statement[], depth = 0): string[] {
  return statements.flatMap((statement): string[] => {
    if (statement.kind === 'proc') return [];
    const own = depth === 0 || ['verb', 'chain'].includes(statement.kind) ? namesBoundBy(statement) : [];
    const inner = childrenOf(statement).flatMap(child => boundAtTop(child.statements, depth + 1));
    return [...own, ...inner];
  });
}
