import { endpointOf } from '../compile/declared-endpoints.ts';
import { planFacts, type StatementFacts } from '../compile/plan/facts.ts';
import type { FileEffects, PlannedFile } from '../compile/plan/files.ts';
import type { Plan, PlanEntry, PlannedStatement } from '../compile/plan/plan.ts';
import { summarize } from '../compile/plan/summary.ts';
import { jobText, sizeText } from '../graph/draw.ts';
import { drawChange, type Paint } from '../graph/draw-change.ts';
import { Later } from '../qapi/placeholder.ts';
import type { Step } from '../statements/step.ts';
import type { Statement } from '../syntax/ast.ts';
import { harmless } from '../text/harmless.ts';
import { maskSecrets } from '../text/secrets.ts';
import { placeOf, type Source, textAt } from '../text/source.ts';
import { stepPieces } from './step-text.ts';
import { summaryText } from './summary-text.ts';
import { partsOf } from './transaction-text.ts';

/** How wide a plan is; only what can't be broken, as a long name, goes beyond. */
const WIDTH = 80;

const PLAIN: Paint = (_, text) => text;

/**
 * The plan for people: each statement, the steps it becomes, and under them what they change: the chain before and after,
 * what becomes invalid, the files, and what can't be known yet. The last line sums it up.
 */
export function planText(plan: Plan, source: Source, paint: Paint = PLAIN): string {
  const facts = planFacts(plan);
  const entries = new EntryText(facts, source, paint).lines(plan.entries, '');
  return [...entries, '', ...summaryText(summarize(plan, facts))].join('\n');
}

class EntryText {
  readonly #facts: ReadonlyMap<PlannedStatement, StatementFacts>;
  readonly #source: Source;
  readonly #paint: Paint;

  constructor(facts: ReadonlyMap<PlannedStatement, StatementFacts>, source: Source, paint: Paint) {
    this.#facts = facts;
    this.#source = source;
    this.#paint = paint;
  }

  /** `around` is the endpoint of the statements that these stand in. */
  lines(entries: readonly PlanEntry[], indent: string, around?: string): string[] {
    return entries.flatMap(entry =>
      entry.kind === 'way'
        ? [`${indent}${entry.when}:`, ...this.lines(entry.entries, `${indent}  `, around)]
        : this.#statementLines(entry, indent, around),
    );
  }

  #statementLines(entry: PlannedStatement, indent: string, around: string | undefined): string[] {
    const text = addressed(statementText(this.#source, entry.statement), entry, around);
    const place = harmless(placeOf(this.#source, entry.statement.span.start));
    const head = `${indent}${place.padStart(3)}  ${text}`;
    const steps = entry.steps.filter(({ step }) => !isSaid(step)).flatMap(step => stepLines(step, indent));
    const facts = this.#facts.get(entry);
    const changes = facts ? this.#changeLines(entry, facts, `${indent}     `) : [];
    return [head, ...steps, ...changes, ...this.lines(entry.entries, `${indent}  `, entry.target)];
  }

  #changeLines(entry: PlannedStatement, facts: StatementFacts, indent: string): string[] {
    const paint = this.#paint;
    const room = WIDTH - indent.length - LABEL;
    const labelled = (label: string, text: string) => `${indent}${paint('dim', label.padEnd(LABEL))}${text}`;
    const pictures = facts.chains.flatMap(change => drawChange(change, entry, room, paint));
    const listed = (label: string, pieces: readonly string[]) =>
      pieces.length === 0
        ? []
        : wrapped(pieces, room).map((text, at) => labelled(at === 0 ? label : '', text.trimEnd()));
    return [
      ...pictures.map(({ label, text }) => labelled(label, text)),
      ...facts.jobs.flatMap(job => listed('job', [jobText(job)])),
      ...facts.invalid.flatMap(({ nodes, because }) =>
        listed('invalid', [...commas(nodes.map(harmless)), 'because', ...harmless(because).split(' ')]),
      ),
      ...facts.resized.flatMap(({ node, before, after }) => {
        const from = before === undefined ? [] : ['from', sizeText(before)];
        return listed('resizes', [harmless(node), ...from, 'to', sizeText(after)]);
      }),
      ...fileLines(facts.files, listed),
      ...facts.unknown.flatMap(what => listed('unknown', harmless(what).split(' '))),
    ].map(line => line.trimEnd());
  }
}

/** As wide as `overwrites` with a space to each side. */
const LABEL = 12;

function fileLines(files: FileEffects, listed: (label: string, pieces: readonly string[]) => string[]) {
  const may = commas([...fileNames(files.mayOverwrite), '']);
  return [
    ...listed('creates', fileNames(files.creates)),
    ...listed('creates', may.length > 1 ? [...may.slice(0, -1), 'over', 'whatever', 'is', 'there'] : []),
    ...listed('overwrites', fileNames(files.overwrites)),
    ...listed('unused', fileNames(files.unused)),
  ];
}

/** The files' names, and the nodes that have a file open whose name is not known. */
function fileNames(files: readonly PlannedFile[]): string[] {
  const named = files.flatMap(({ filename }) =>
    filename === undefined ? [] : harmless(maskSecrets(filename)),
  );
  const nodes = files.flatMap(({ filename, node }) =>
    filename === undefined && node !== undefined ? harmless(node) : [],
  );
  if (nodes.length === 0) return commas(named);
  const [first = '', ...more] = commas(nodes);
  return [
    ...commas([...named, '']),
    `the ${nodes.length > 1 ? 'files' : 'file'} of ${first}`,
    ...more,
  ].filter(Boolean);
}

function commas(words: readonly string[]): string[] {
  return words.map((word, at) => (at < words.length - 1 ? `${word},` : word));
}

function stepLines({ step, limit }: PlannedStatement['steps'][number], indent: string): string[] {
  const bound = limit !== undefined && step.kind.startsWith('await') ? `, ${limit / 1000} s at the most` : '';
  const [command, ...actions] = partsOf(step);
  const pieces = stepPieces(command);
  const last = pieces.pop() ?? '';
  return [
    ...hanging([...pieces, `${last}${bound}`], `${indent}       `),
    ...actions.flatMap(action =>
      hanging(
        action instanceof Later ? [`<${harmless(action.what)}>`] : stepPieces(action),
        `${indent}         `,
      ),
    ),
  ];
}

function hanging(pieces: readonly string[], indent: string): string[] {
  const [first = '', ...more] = wrapped(pieces, WIDTH - indent.length - 2);
  return [`${indent}${first}`, ...more.map(line => `${indent}  ${line}`)];
}

/** Pieces in lines of at most `width`; a piece that is longer has a line of its own. */
function wrapped(pieces: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + piece.length <= width)
      lines[lines.length - 1] = `${last} ${piece}`;
    else lines.push(piece);
  }
  return lines;
}

/** A chain is compared by a statement that says just that. */
function isSaid(step: Step): boolean {
  return step.kind === 'check' && step.check.kind === 'chain';
}

/** A statement's text with its endpoint, where neither it says that nor what is around it. */
export function addressed(
  text: string,
  { statement, target }: { readonly statement: Statement; readonly target?: string | undefined },
  around: string | undefined,
): string {
  return target === undefined || target === around || endpointOf(statement) ? text : `@${target} ${text}`;
}

/** The first line of a statement's text, without a block behind it that goes on on other lines. */
export function statementText(source: Source, statement: Statement): string {
  const block =
    'consequent' in statement ? statement.consequent : 'body' in statement ? statement.body : undefined;
  const { start, end } = statement.span;
  const text = textAt(source, { start, end: block?.span.start ?? end });
  const [first = '', ...more] = maskSecrets(text).split('\n');
  return harmless(first.trimEnd().replace(more.length > 0 ? /\s*\{$/ : /$/, ''));
}
