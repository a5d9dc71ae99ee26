/**
 * What chooses at each place of the grammar, by Chevrotain's key of the place: a table with one character for each token
 * type, which is `0` where the token leads nowhere and else how many alternatives stand before and with the one to take.
 * An optional part has one alternative. Where conditions decide as well, each alternative has a table of its own.
 */
export type Decisions = Readonly<Record<string, string | readonly string[]>>;

type Choice = boolean | number | undefined;
interface Alternative {
  readonly GATE?: (this: unknown) => boolean;
}
interface Tokens {
  LA_FAST(distance: number): { readonly tokenTypeIdx: number };
}
type Choose = (this: Tokens, alternatives?: readonly Alternative[]) => Choice;

/** The part of Chevrotain's parsers that their analysis of the grammar fills in. */
interface Analysed {
  selfAnalysisDone: boolean;
  readonly lookAheadFuncsCache: Map<number, Choose>;
}

const METHOD = 0xf00;
const ALTERNATION = 0x100;
const MOST_ALTERNATIVES = 64;
const ZERO = 48;

/** Gives `parser` the decisions that another one of the same grammar and tokens found; spares it the analysis. */
export function adopt(parser: object, decisions: Decisions): void {
  const analysed = parser as Analysed;
  analysed.selfAnalysisDone = true;
  for (const key in decisions) {
    const tables = decisions[key] as string | readonly string[];
    const place = Number(key);
    analysed.lookAheadFuncsCache.set(
      place,
      typeof tables !== 'string'
        ? gated(tables)
        : isAlternation(place)
          ? alternation(tables)
          : option(tables),
    );
  }
}

function isAlternation(place: number): boolean {
  return (place & METHOD) === ALTERNATION;
}

function option(table: string): Choose {
  return function () {
    return table.charCodeAt(this.LA_FAST(1).tokenTypeIdx) !== ZERO;
  };
}

function alternation(table: string): Choose {
  return function () {
    const choice = table.charCodeAt(this.LA_FAST(1).tokenTypeIdx) - ZERO;
    return choice === 0 ? undefined : choice - 1;
  };
}

function gated(tables: readonly string[]): Choose {
  return function (alternatives = []) {
    const type = this.LA_FAST(1).tokenTypeIdx;
    for (let at = 0; at < tables.length; at++) {
      const gate = alternatives[at]?.GATE;
      if (gate?.call(this) !== false && tables[at]?.charCodeAt(type) !== ZERO) return at;
    }
    return undefined;
  };
}

/** The decisions of an analysed `parser` for token types of an index up to `last`, found by asking it for each. */
export function decisionsOf(parser: object, last: number): Decisions {
  const decisions: Record<string, string | readonly string[]> = {};
  for (const [place, choose] of (parser as Analysed).lookAheadFuncsCache) {
    let gates = 0;
    const tables: string[] = [];
    for (let only = 0; only < MOST_ALTERNATIVES; only++) {
      const alternatives = Array.from({ length: MOST_ALTERNATIVES }, (_, at) => ({
        GATE: () => {
          gates = Math.max(gates, at + 1);
          return at === only;
        },
      }));
      let table = '';
      for (let tokenTypeIdx = 0; tokenTypeIdx <= last; tokenTypeIdx++) {
        const choice = choose.call({ LA_FAST: () => ({ tokenTypeIdx }) }, alternatives);
        table += String.fromCharCode(ZERO + (typeof choice === 'number' ? choice + 1 : Number(choice ?? 0)));
      }
      tables.push(table);
      if (gates === 0) break;
    }
    decisions[place] = gates === 0 ? (tables[0] as string) : tables.slice(0, gates);
  }
  return decisions;
}
