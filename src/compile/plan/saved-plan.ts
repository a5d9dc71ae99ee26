import * as z from 'zod/mini';
import * as problems from '../../diagnostics/catalogue/saved-plans.ts';
import type { Finding } from '../../diagnostics/diagnostic.ts';
import { isObject, type Json, parseJson } from '../../qmp/json.ts';
import { endOf, type Source, type UsedFile } from '../../text/source.ts';
import type { PlanBasis } from './basis.ts';
import { PLAN_FORMAT, PLAN_VERSION } from './document.ts';

/** A plan's document as it was read back: what a run needs of it. */
export interface SavedPlan {
  /** The document's own name, for messages. */
  readonly file: string;
  readonly source: Source;
  readonly parameters: ReadonlyMap<string, string>;
  readonly now: Date;
  /** What it was made for: the QEMU of each endpoint, by its name; of a script with one QEMU by undefined. */
  readonly qemus: ReadonlyMap<string | undefined, SavedQemu>;
  readonly statements: readonly Json[];
}

/** A QEMU that a saved plan was made for. */
export interface SavedQemu {
  /** The schema's name and its fingerprint. */
  readonly schema: { readonly label: string; readonly fingerprint: string };
  /** Whether it was there, so that its schema counts. */
  readonly live: boolean;
  readonly basis: PlanBasis;
}

/** Reads a plan's document, or says why it is none that can be run. */
export function readSavedPlan({ name, text }: Source): SavedPlan | { readonly unusable: Finding } {
  let json: Json;
  try {
    json = parseJson(text);
  } catch (error) {
    return { unusable: problems.notAPlan(name, `it is not JSON: ${(error as Error).message}`) };
  }
  if (!isObject(json) || json['format'] !== PLAN_FORMAT)
    return { unusable: problems.notAPlan(name, `it has no \`"format": "${PLAN_FORMAT}"\``) };
  const { version } = json;
  if (typeof version === 'number' && version > PLAN_VERSION)
    return { unusable: problems.newerPlan(name, version, PLAN_VERSION) };
  const read = ('targets' in json ? SEVERAL : ONE).safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    const at = issue?.path.join('.') ?? '';
    return {
      unusable: problems.notAPlan(
        name,
        isMissing(json, issue?.path ?? [])
          ? `it has no \`${at}\``
          : `what it has as \`${at}\` is nothing that a plan has there`,
      ),
    };
  }
  const { script, parameters, made, diagnostics } = read.data;
  const wrong = diagnostics.find(({ severity }) => severity === 'error');
  if (wrong) return { unusable: problems.planWithErrors(name, wrong.message) };
  return {
    file: name,
    source: { ...script, used: placed(script.text, script.used ?? []) },
    parameters: new Map(Object.entries(parameters)),
    now: new Date(made),
    qemus: new Map(
      'targets' in read.data
        ? Object.entries(read.data.targets).map(([name, where]) => [name, qemuOf(where)])
        : [[undefined, qemuOf(read.data)]],
    ),
    statements: json['statements'] as readonly Json[],
  };
}

function qemuOf({ qemu, basis }: z.infer<typeof WHERE>): SavedQemu {
  return {
    schema: { label: qemu.schema, fingerprint: qemu.fingerprint },
    live: qemu.live,
    basis: {
      chains: basis.chains.map(({ user, ends, images }) => ({
        ...(user === undefined ? {} : { user }),
        ends,
        nodes: images.map(({ node }) => node),
        images: images.map(({ node, file, format, size }) => ({
          name: node,
          ...(file === undefined ? {} : { filename: file }),
          ...(format === undefined ? {} : { driver: format }),
          ...(size === undefined ? {} : { size }),
        })),
      })),
      jobs: basis.jobs,
    },
  };
}

/** The used files behind the script's text. One that uses none has none: nothing is read from the disk. */
function placed(
  text: string,
  files: readonly { name: string; text: string; otherNames?: string[] | undefined }[],
): UsedFile[] {
  const used: UsedFile[] = [];
  for (const { otherNames = [], ...file } of files)
    used.push({ file, start: endOf({ text, used }), otherNames });
  return used;
}

function isMissing(json: Json, path: readonly PropertyKey[]): boolean {
  let found: unknown = json;
  for (const key of path) found = (found as Record<PropertyKey, unknown> | undefined)?.[key];
  return found === undefined;
}

const IMAGE = z.object({
  node: z.string(),
  file: z.optional(z.string()),
  format: z.optional(z.string()),
  size: z.optional(z.number()),
});

const WHERE = z.object({
  qemu: z.object({ schema: z.string(), fingerprint: z.string(), live: z.boolean() }),
  basis: z.object({
    chains: z.array(z.object({ user: z.optional(z.string()), ends: z.boolean(), images: z.array(IMAGE) })),
    jobs: z.array(z.object({ id: z.string(), type: z.string() })),
  }),
});

const SHARED = {
  version: z.literal(PLAN_VERSION),
  made: z.string().check(z.refine(text => !Number.isNaN(Date.parse(text)), 'not a date')),
  script: z.object({
    name: z.string(),
    text: z.string(),
    used: z.optional(
      z.array(z.object({ name: z.string(), text: z.string(), otherNames: z.optional(z.array(z.string())) })),
    ),
  }),
  parameters: z.record(z.string(), z.string()),
  statements: z.array(z.unknown()),
  diagnostics: z.array(z.object({ severity: z.string(), message: z.string() })),
};

const ONE = z.object({ ...SHARED, ...WHERE.shape });

const SEVERAL = z.object({ ...SHARED, targets: z.record(z.string(), WHERE) });
