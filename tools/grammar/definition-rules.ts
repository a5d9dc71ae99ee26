import { describeKind } from '../../src/compile/evaluate/arguments.ts';
import type { ParameterDefinition, ParameterKind, StatementDefinition } from '../../src/statements/define.ts';
import { statements } from '../../src/statements/index.ts';
import { choice, literal, many, optional, type Part, rule, sequence } from './part.ts';

// Kinds that need no rule of their own.
const PLAIN: ReadonlySet<string> = new Set(['choice', 'string']);

/** The statements that have a definition: what each admits of an `operation`. */
export function definitionRules(): Map<string, Part> {
  return new Map(
    statements.map(definition => [`${camelCase(definition.verb)}Operation`, operation(definition)]),
  );
}

/** The kinds of values in those, each with the words that help and messages use for it. */
export function kindNotes(): Map<string, string> {
  const kinds = statements.flatMap(({ parameters }) => parameters.map(({ kind }) => itemOf(kind)));
  return new Map(kinds.filter(({ is }) => !PLAIN.has(is)).map(kind => [kindName(kind), describeKind(kind)]));
}

function operation(definition: StatementDefinition): Part {
  const [subject] = definition.parameters;
  const keyed = definition.parameters.map(parameter =>
    sequence([literal(`${parameter.name}=`), typed(parameter)]),
  );
  const further = definition.command === undefined ? [] : [rule('argument')];
  const tail = definition.job ? [optional(rule('within'))] : [];
  const ending = definition.endings
    ? [optional(sequence([literal('then'), choice(definition.endings.map(literal))]))]
    : [];
  return sequence([
    ...definition.verb.split(' ').map(literal),
    ...(subject ? [optional(typed(subject))] : []),
    ...(keyed.length + further.length > 0 ? [many(choice([...keyed, ...further]))] : []),
    ...ending,
    ...tail,
  ]);
}

/** A list is written out where it is taken, so that only its items need a rule. */
function itemOf(kind: ParameterKind): ParameterKind {
  return kind.is === 'list' ? itemOf(kind.of) : kind;
}

function typed({ kind }: Pick<ParameterDefinition, 'kind'>): Part {
  if (kind.is === 'list') {
    const item = typed({ kind: kind.of });
    const more = many(sequence([literal(','), item]));
    return choice([item, sequence([literal('['), item, more, literal(']')])]);
  }
  if (kind.is === 'bitmap' && kind.elsewhere) return choice([rule('Bitmap'), rule('object')]);
  if (kind.is === 'choice') return choice(kind.of.map(literal));
  if (kind.is === 'string') return rule('value');
  return kind.is === 'node' && kind.orNull ? choice([rule('Node'), literal('null')]) : rule(kindName(kind));
}

function kindName({ is }: ParameterKind): string {
  return is.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function camelCase(verb: string): string {
  return verb.replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
}
