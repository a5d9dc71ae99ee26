import { runStates } from '../../compile/evaluate/conditions.ts';
import type { TypeInfo } from '../../qapi/introspection.ts';
import { membersOf } from '../../qapi/lookup.ts';
import {
  And, Chain, Comma, Compare, Else, EventWord, Identical, In, Job, KeyOpen, KeyValue, Minus, No, Not, Or, ParenOpen,
  PlainWord, Status, Where, Within,
} from '../../syntax/tokens.ts'; // biome-ignore format: a list of tokens
import type { Candidate } from '../completion.ts';
import { readLiteral } from '../cursor/literal.ts';
import type { Scene } from '../cursor/scene.ts';
import type { Tokens } from '../cursor/tokens.ts';
import { chainCandidates } from './chains.ts';
import { jobs, paths, words } from './things.ts';
import { durations } from './values.ts';

type Asker = 'expect' | 'wait' | 'if';

const BEGINNINGS = [
  ['chain', 'the chain is exactly this one'],
  ['no jobs', 'QEMU lists no job'],
  ['job', 'a job is in a state'],
  ['status', 'the machine is in a state'],
  ['identical', 'a guest reads the same from two files'],
  ['not', 'the opposite'],
] as const;

const RESTS = ['ready', 'pending', 'concluded'];
const JOB_STATES = [
  'created',
  'running',
  'paused',
  ...['ready', 'standby', 'waiting', 'pending', 'aborting', 'concluded'],
];

const joints = words(['==', '!=', 'in', 'and', 'or'], 'an operator');

/** What goes on with `expect`, `wait` or `if`. */
export function conditionCandidates(asker: Asker, tokens: Tokens, scene: Scene): Candidate[] {
  if (tokens.done) return beginnings(asker, scene);
  if (tokens.take(Chain)) return chainCandidates(tokens, scene);
  if (tokens.take(No)) return tokens.done ? words(['jobs'], 'QEMU lists no job') : behind(asker, tokens);
  if (tokens.take(Identical)) return compared(asker, tokens, scene);
  if (asker === 'wait' && tokens.take(EventWord)) return eventCandidates(tokens, scene);
  if (tokens.take(Status)) {
    if (tokens.done) return words(runStates(scene.qemu.schema), 'a state of the machine', 'value');
    tokens.next();
    return behind(asker, tokens);
  }
  if (tokens.take(Job)) {
    if (tokens.done) return jobs(scene);
    tokens.next();
    if (tokens.done) return words(JOB_STATES, 'a state of a job', 'value');
    tokens.next();
    return behind(asker, tokens);
  }
  if (asker !== 'wait' || !tokens.ahead(PlainWord) || tokens.ahead(Not))
    return expression(asker, tokens, scene);
  tokens.next();
  if (tokens.done) return [...words(RESTS, 'wait until the job is'), ...joints, ...behind(asker, tokens)];
  if (tokens.ahead(And, Or, Not, In) || !tokens.take(PlainWord)) return expression(asker, tokens, scene);
  return behind(asker, tokens);
}

/** Behind an operator an operand comes, behind an operand an operator or the end. */
function expression(asker: Asker, tokens: Tokens, scene: Scene): Candidate[] {
  let isOperand = false;
  while (!tokens.done) {
    if (tokens.ahead(Within, Else)) return behind(asker, tokens);
    isOperand = !tokens.take(Compare, And, Or, Not, In, Minus, ParenOpen, Comma);
    if (isOperand && readLiteral(tokens).open) return [];
  }
  return isOperand ? [...joints, ...behind(asker, tokens)] : operands(scene);
}

function beginnings(asker: Asker, scene: Scene): Candidate[] {
  if (scene.typed.form !== 'bare' || scene.typed.key !== undefined) return [];
  const own = {
    expect: words(['error'], 'a statement fails, with this text in the reason'),
    wait: [...jobs(scene), ...words(['all'], 'every job has ended'), ...words(['event'], 'an event came')],
    if: [],
  }[asker];
  const known = BEGINNINGS.map(([text, summary]): Candidate => ({ text, summary, kind: 'word' }));
  return [...own, ...known, ...operands(scene)];
}

function operands(scene: Scene): Candidate[] {
  const { typed } = scene;
  if (typed.form !== 'bare' || typed.key !== undefined) return [];
  const call: Candidate = { text: 'len(', summary: 'how many items a list has', kind: 'word', isOpen: true };
  return [call, ...queries(scene)];
}

/** The queries, once something was typed; behind a dot what their replies have. */
export function queries({ qemu: { schema }, typed }: Scene): Candidate[] {
  const dot = typed.text.indexOf('.');
  if (dot === -1) {
    const names = typed.text === '' ? [] : schema.commands().filter(name => name.startsWith('query-'));
    return names.map(text => ({ text, summary: 'QMP command', kind: 'value' }));
  }
  const path = typed.text.split('.');
  let type: TypeInfo | undefined = schema.type(schema.command(path[0] ?? '')?.['ret-type'] ?? '');
  for (const step of path.slice(1, -1)) {
    const member = type && membersOf(schema, type).find(({ name }) => name === step);
    type = member && schema.type(member.type);
  }
  const prefix = path.slice(0, -1).join('.');
  return type
    ? membersOf(schema, type).map(({ name, description }) => ({
        text: `${prefix}.${name}`,
        summary: description,
        kind: 'value',
      }))
    : [];
}

function behind(asker: Asker, tokens: Tokens): Candidate[] {
  if (tokens.take(Within)) {
    if (tokens.done) return words(durations, 'a duration', 'value');
    tokens.next();
    return tokens.done ? words(['else'], 'go on with other statements where it fails') : [];
  }
  if (!tokens.done || asker === 'if') return [];
  return [
    ...(asker === 'wait' ? words(['within'], 'fail if it takes longer') : []),
    ...words(['else'], 'go on with other statements where it fails'),
  ];
}

function compared(asker: Asker, tokens: Tokens, scene: Scene): Candidate[] {
  for (let count = 0; count < 2; count++) {
    if (tokens.done) return scene.typed.key === undefined ? paths(scene) : [];
    readLiteral(tokens);
  }
  return behind(asker, tokens);
}

function eventCandidates(tokens: Tokens, scene: Scene): Candidate[] {
  const { schema } = scene.qemu;
  if (tokens.done) return words(schema.events(), 'event', 'event');
  const event = tokens.next()?.image ?? '';
  const type = schema.type(schema.event(event)?.['arg-type'] ?? '');
  const members = type ? membersOf(schema, type) : [];
  if (tokens.done)
    return [
      ...(members.length > 0 ? words(['where'], 'only one with these data') : []),
      ...behind('wait', tokens),
    ];
  if (!tokens.take(Where)) return behind('wait', tokens);
  const given = new Set<string>();
  while (tokens.ahead(KeyValue, KeyOpen)) {
    const pair = tokens.next()?.image ?? '';
    given.add(pair.slice(0, pair.indexOf('=')));
    if (pair.endsWith('=')) readLiteral(tokens);
  }
  if (!tokens.done) return behind('wait', tokens);
  if (scene.typed.key === undefined) {
    const keys = members
      .filter(({ name }) => !given.has(name))
      .map(
        ({ name, description }): Candidate => ({
          text: `${name}=`,
          summary: description,
          kind: 'argument',
          isOpen: true,
        }),
      );
    return [...keys, ...(given.size > 0 ? behind('wait', tokens) : [])];
  }
  const { key } = scene.typed;
  const field = members.find(({ name }) => name === key);
  const value = field && schema.type(field.type);
  if (value?.['meta-type'] === 'enum')
    return words(value.values ?? value.members?.map(({ name }) => name) ?? [], 'a value', 'value');
  return key === 'id' || key === 'device' ? jobs(scene) : [];
}
