import type { Datum } from '../statements/datum.ts';
import type { ChainPattern, Link, Script, Statement, Value } from '../syntax/ast.ts';
import { parseSize } from '../text/scalars.ts';
import { declares } from './declared-endpoints.ts';

/** The disks that a script's leading `chain` lines describe: what a sandbox makes. */
export interface Recipe {
  readonly chains: readonly RecipeChain[];
  /** The disk that stands for each device parameter without a value, by the parameter's name. */
  readonly devices: ReadonlyMap<string, string>;
}

export interface RecipeChain {
  readonly device: string;
  /** Base first. */
  readonly images: readonly RecipeImage[];
}

export interface RecipeImage {
  readonly nodeName: string;
  readonly filename?: string;
  /** In bytes. */
  readonly size?: number;
  readonly format?: string;
  /** Whether it holds no data of its own. */
  readonly empty?: boolean;
}

/**
 * Reads the recipe for a sandbox from the chains at the head of a script. Only what is written out or given as a
 * parameter counts; `...` stands for no images. Of two chains for one device the first is made. With an `endpoint` it is the
 * recipe for the QEMU there, from the chains that head the statements for it.
 */
export function readRecipe(
  script: Script,
  parameters: ReadonlyMap<string, Datum>,
  endpoint?: string,
): Recipe {
  const devices = new Map<string, string>();
  const known = new Map(parameters);
  const chains: RecipeChain[] = [];
  for (const { statement, target } of headOf(script.statements)) {
    if (target !== undefined && target !== endpoint) continue;
    if (statement.kind === 'param') {
      const { name, type, default: value } = statement.parameter;
      if (known.has(name.text)) continue;
      const written = value && plainText(value, known);
      if (written !== undefined) known.set(name.text, written);
      else if (type.names[0]?.text === 'device') devices.set(name.text, `disk${devices.size}`);
    } else if (statement.kind === 'chain') {
      const device = deviceOf(statement.chain, known, devices, chains.length);
      const images = statement.chain.links.flatMap(link => imageOf(link, known));
      const made = chains.flatMap(chain => chain.images.map(({ nodeName }) => nodeName));
      const isNew = !chains.some(chain => chain.device === device);
      const isOther =
        statement.chain.device !== undefined || !images.some(({ nodeName }) => made.includes(nodeName));
      if (isNew && isOther) chains.push({ device, images });
    } else if (!DOES_NOTHING.has(statement.kind) && !declares(statement)) {
      break;
    }
  }
  return { chains, devices };
}

/** What may stand among the chains at the head, since it carries nothing out. */
const DOES_NOTHING: ReadonlySet<Statement['kind']> = new Set(['transcript', 'proc', 'use']);

/** Statements with the endpoint that they are for, those in `@dst { … }` by themselves. */
function* headOf(
  statements: readonly Statement[],
  around?: string,
): Generator<{ readonly statement: Statement; readonly target: string | undefined }> {
  for (const statement of statements) {
    const target = statement.target?.text ?? around;
    if (statement.kind === 'at') yield* headOf(statement.body.statements, target);
    else yield { statement, target };
  }
}

function deviceOf(
  chain: ChainPattern,
  known: ReadonlyMap<string, Datum>,
  devices: ReadonlyMap<string, string>,
  index: number,
): string {
  const { device } = chain;
  if (device?.kind === 'reference' && device.path.length === 0 && devices.has(device.name.text)) {
    return devices.get(device.name.text) ?? 'disk0';
  }
  return (device && plainText(device, known)) ?? `disk${index}`;
}

function imageOf(link: Link, known: ReadonlyMap<string, Datum>): RecipeImage[] {
  if (link.kind === 'rest') return [];
  const nodeName = plainText(link.name, known);
  if (nodeName === undefined) return [];
  const attribute = (name: string) => {
    const found = link.attributes.find(({ key }) => key.text === name);
    return found && plainText(found.value, known);
  };
  const filename = link.filename && plainText(link.filename, known);
  const size = attribute('size');
  const format = attribute('format');
  const isEmpty = ['on', 'true'].includes(attribute('empty') ?? '');
  const bytes = size === undefined ? undefined : parseSize(size);
  return [
    {
      nodeName,
      ...(filename === undefined ? {} : { filename }),
      ...(bytes === undefined ? {} : { size: Number(bytes) }),
      ...(format === undefined ? {} : { format }),
      ...(isEmpty ? { empty: true } : {}),
    },
  ];
}

/** The text of a value that is written out, or that a parameter gives. */
function plainText(value: Value, known: ReadonlyMap<string, Datum>): string | undefined {
  if (value.kind === 'bare') return value.text;
  if (value.kind === 'reference' && value.path.length === 0) return scalarText(known.get(value.name.text));
  if (value.kind !== 'text') return undefined;
  const parts = value.parts.map(part => (typeof part === 'string' ? part : plainText(part, known)));
  return parts.includes(undefined) ? undefined : parts.join('');
}

function scalarText(datum: Datum | undefined): string | undefined {
  return typeof datum === 'string' || typeof datum === 'number' || typeof datum === 'bigint'
    ? String(datum)
    : undefined;
}
