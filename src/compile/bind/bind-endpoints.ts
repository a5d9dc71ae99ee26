import * as problems from '../../diagnostics/catalogue/endpoints.ts';
import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { Schema } from '../../qapi/schema.ts';
import { statementWords } from '../../statements/index.ts';
import type { Name, Script, Statement, VerbStatement } from '../../syntax/ast.ts';
import { isStatement } from '../../syntax/statement-or-value.ts';
import { declaredEndpoints, declares, endpointOf, innerEndpointOf } from '../declared-endpoints.ts';
import { builtins } from '../evaluate/builtins.ts';
import { childrenOf } from './visit.ts';

/**
 * Holds a script's `target` lines against the rules, and each statement against them: in a script with endpoints whatever
 * talks to a QEMU says to which. `known` are endpoints of a script that this one goes on from.
 */
export function bindEndpoints(script: Script, schema: Schema, known: Iterable<string> = []): Finding[] {
  const findings: Finding[] = [];
  const names = [...known, ...declaredEndpoints(script).map(({ name }) => name)];
  bindDeclarations(script, findings);
  bindAll(script.statements, { names, schema, findings, at: undefined, inProcedure: false, depth: 0 });
  return findings;
}

function bindDeclarations({ statements }: Script, findings: Finding[]): void {
  const seen = new Map<string, Name>();
  let isHead = true;
  for (const statement of statements) {
    if (statement.kind !== 'verb' || statement.verb.text !== 'target') {
      isHead &&= BEFORE_TARGETS.has(statement.kind);
      continue;
    }
    bindShape(statement, findings);
    const name = declares(statement);
    if (!name) continue;
    if (!isHead) findings.push(problems.misplacedTarget(statement.span));
    const first = seen.get(name.text);
    if (first) findings.push(problems.repeatedTarget(name.span, first.span, name.text));
    else seen.set(name.text, name);
  }
}

/** What may stand above a `target` line. */
const BEFORE_TARGETS: ReadonlySet<Statement['kind']> = new Set(['param', 'proc', 'transcript', 'use']);

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

function bindShape(statement: VerbStatement, findings: Finding[]): void {
  const wrong = (span: Name['span'], what: string) => findings.push(problems.targetShape(span, what));
  const [name, text, more] = statement.words;
  if (!name) wrong(statement.verb.span, 'the name is missing');
  else if (name.kind !== 'bare' || !NAME.test(name.text)) findings.push(problems.targetName(name.span));
  if (text && text.kind !== 'text') wrong(text.span, 'behind the name comes its description, in quotes');
  if (more) wrong(more.span, 'nothing comes behind the description');
  for (const { key, value } of statement.arguments) {
    if (key.text !== 'incoming') wrong(key.span, 'the one word that it takes is incoming=on');
    else if (value.kind !== 'bare' || !['on', 'off', 'true', 'false'].includes(value.text))
      wrong(value.span, 'incoming is on or off');
  }
  const rest = [statement.block, statement.ending, statement.within, statement.otherwise, statement.target];
  for (const part of rest) if (part) wrong(part.span, 'this belongs to other statements');
}

interface Binder {
  readonly names: readonly string[];
  readonly schema: Schema;
  readonly findings: Finding[];
  /** The endpoint of the statements around. */
  readonly at: string | undefined;
  /** Where a procedure goes is said by its call. */
  readonly inProcedure: boolean;
  readonly depth: number;
}

function bindAll(statements: readonly Statement[], binder: Binder): void {
  for (const statement of statements) bindStatement(statement, binder);
}

function bindStatement(statement: Statement, binder: Binder): void {
  const { names, findings, depth, inProcedure } = binder;
  const isDeclaration = statement.kind === 'verb' && statement.verb.text === 'target';
  if (isDeclaration) {
    if (depth > 0) findings.push(problems.misplacedTarget(statement.span));
    return;
  }
  const { target } = statement;
  if (target && !names.includes(target.text))
    findings.push(problems.unknownTarget(target.span, target.text, names));
  const inner = innerEndpointOf(statement);
  if (target && inner && inner.text !== target.text)
    findings.push(problems.otherTarget(inner.span, inner.text));
  const at = endpointOf(statement)?.text ?? binder.at;
  if (names.length > 0 && at === undefined && !inProcedure && talks(statement, binder.schema))
    findings.push(problems.whichTarget(placeOf(statement), names));
  for (const child of childrenOf(statement)) {
    bindAll(child.statements, {
      ...binder,
      at,
      inProcedure: inProcedure || statement.kind === 'proc',
      depth: depth + (child.block ? 1 : 0),
    });
  }
}

function placeOf(statement: Statement) {
  return statement.kind === 'verb' ? statement.verb.span : statement.span;
}

/** Whether a statement itself, what stands inside it left out, sends something to a QEMU or asks one. */
function talks(statement: Statement, schema: Schema): boolean {
  switch (statement.kind) {
    case 'verb':
      return verbTalks(statement.verb.text, schema);
    case 'chain':
    case 'raw':
    case 'wait-job':
    case 'wait-event':
      return true;
    case 'expect':
    case 'wait':
    case 'if':
      return ASKS_QEMU.has(statement.condition.kind) || hasQuery(statement.condition);
    case 'let':
      return !isStatement(statement.value) && hasQuery(statement.value);
    case 'for':
      return hasQuery(statement.list);
    default:
      return false;
  }
}

const ASKS_QEMU: ReadonlySet<string> = new Set(['chain', 'job', 'no-jobs', 'status']);

/** Verbs that send nothing, whatever else they do. */
const SILENT: ReadonlySet<string> = new Set(['print', 'fail']);

function verbTalks(verb: string, schema: Schema): boolean {
  if (SILENT.has(verb)) return false;
  return statementWords.has(verb) || builtins.has(verb) || verb === 'transaction' || !!schema.command(verb);
}

function hasQuery(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  return ('kind' in node && node.kind === 'query') || Object.values(node).some(hasQuery);
}
