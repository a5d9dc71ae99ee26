import type { Script, Statement, VerbStatement } from '../../syntax/ast.ts';
import { type Procedure, proceduresOf } from '../procedures.ts';
import { childrenOf } from './visit.ts';

/** Every statement with a verb, those in blocks and in other statements included. */
function* callsIn(statements: readonly Statement[]): Generator<VerbStatement> {
  for (const statement of statements) {
    if (statement.kind === 'verb') yield statement;
    for (const child of childrenOf(statement)) yield* callsIn(child.statements);
  }
}

/** A call that leads back to the procedure that it stands in. */
export interface Circle {
  readonly call: VerbStatement;
  /** Begins and ends with the name of that procedure. */
  readonly trail: readonly string[];
}

/** The circles in which procedures call each other, each once: told of the first of `own` that is in it. */
export function circlesAmong(
  procedures: ReadonlyMap<string, Procedure>,
  own: readonly Procedure[],
): Circle[] {
  const calls = new Map(
    [...procedures].map(([name, { statement }]) => [
      name,
      [...callsIn(statement.body.statements)].filter(({ verb }) => procedures.has(verb.text)),
    ]),
  );
  const suspects = withoutEnd(calls);
  const told = new Set<string>();
  return own.flatMap(({ statement }) => {
    const name = statement.name.text;
    const called = suspects.has(name) ? (calls.get(name) ?? []) : [];
    return called.flatMap(call => {
      const way = wayBetween(call.verb.text, name, calls);
      const members = way?.toSorted().join(' ') ?? '';
      if (!way || told.has(members)) return [];
      told.add(members);
      return [{ call, trail: [name, ...way] }];
    });
  });
}

/** The procedures that call one in a circle, or are in one. Most scripts have none, and that is found out in one go. */
function withoutEnd(calls: ReadonlyMap<string, readonly VerbStatement[]>): Set<string> {
  const open = new Map([...calls].map(([name, list]) => [name, new Set(list.map(({ verb }) => verb.text))]));
  const callers = new Map<string, string[]>([...open.keys()].map(name => [name, []]));
  for (const [name, called] of open) for (const other of called) callers.get(other)?.push(name);
  const ended = [...open].filter(([, called]) => called.size === 0).map(([name]) => name);
  for (let name = ended.pop(); name !== undefined; name = ended.pop()) {
    open.delete(name);
    for (const caller of callers.get(name) ?? []) {
      const called = open.get(caller);
      if (called?.delete(name) && called.size === 0) ended.push(caller);
    }
  }
  return new Set(open.keys());
}

/** The shortest way from one procedure to another by calls, both of them included; undefined where there is none. */
function wayBetween(
  from: string,
  to: string,
  calls: ReadonlyMap<string, readonly VerbStatement[]>,
): string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  for (const name of cameFrom.keys()) {
    if (name === to) {
      const way: string[] = [];
      for (let at: string | undefined = name; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
      return way;
    }
    for (const { verb } of calls.get(name) ?? []) if (!cameFrom.has(verb.text)) cameFrom.set(verb.text, name);
  }
  return undefined;
}

/** The procedures that statements come to call, by themselves or by way of others. */
export function calledBy(
  statements: readonly Statement[],
  procedures: ReadonlyMap<string, Procedure>,
): ReadonlySet<string> {
  const own = statements.filter(({ kind }) => kind !== 'proc');
  const called = new Set([...callsIn(own)].map(({ verb }) => verb.text).filter(name => procedures.has(name)));
  // What is added meanwhile is come to as well.
  for (const name of called) {
    const { statements: inside } = procedures.get(name)?.statement.body ?? { statements: [] };
    for (const { verb } of callsIn(inside)) if (procedures.has(verb.text)) called.add(verb.text);
  }
  return called;
}

/** Where the first statement begins that calls a procedure of the script; undefined where none does. */
export function firstCall(script: Script): number | undefined {
  const names = new Set(proceduresOf(script).map(({ statement }) => statement.name.text));
  const own = script.statements.filter(({ kind }) => kind !== 'proc');
  for (const statement of own)
    for (const call of callsIn([statement])) if (names.has(call.verb.text)) return statement.span.start;
  return undefined;
}
