import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SchemaInfo } from '../../src/qapi/introspection.ts';
import { isRefused } from '../../src/qapi/problem.ts';
import { makeSchema, type Schema } from '../../src/qapi/schema.ts';
import { validateCommand } from '../../src/qapi/validator.ts';
import { type Json, stringifyJson } from '../../src/qmp/json.ts';
import { fittingArguments, mutate, mutation } from './argument-arbitrary.ts';
import { haveRealReader, type RealReader, startRealReader } from './real-reader.ts';

// What QEMU's reader of arguments says; commands themselves say other things. The `expects` are of integers' widths.
const REFUSED =
  /^(QMP input|Parameter '.*' (is missing|is unexpected|does not accept value|expects uint64)|Invalid parameter( type)? |Expected )/;
const BEYOND_WIDTH = /^Parameter '.*' expects u?int(8|16|32)/;

// With no node and no job there, all these fail or do nothing once their arguments have been read.
const HARMLESS = [
  'blockdev-del',
  'block-commit',
  'block-stream',
  'blockdev-backup',
  'blockdev-mirror',
  'blockdev-snapshot',
  'blockdev-snapshot-delete-internal-sync',
  'blockdev-reopen',
  'x-blockdev-reopen',
  'block_resize',
  'block-dirty-bitmap-add',
  'block-dirty-bitmap-remove',
  'block-dirty-bitmap-merge',
  'block-export-del',
  'block-job-set-speed',
  'block-job-cancel',
  'change-backing-file',
  'job-cancel',
  'job-dismiss',
  'query-block',
  'query-jobs',
  'query-named-block-nodes',
];

// An empty list of nodes to reopen fails an assertion in QEMU 7.2, 10.0 and 11.1.
function endsQemu(command: string, args: unknown): boolean {
  const options = (args as { options?: unknown }).options;
  return command === 'blockdev-reopen' && Array.isArray(options) && options.length === 0;
}

describe.skipIf(!haveRealReader())('a real storage daemon', () => {
  let reader: RealReader;
  let schema: Schema;

  beforeAll(async () => {
    reader = await startRealReader();
    const reply = await reader.send('query-qmp-schema', {});
    schema = makeSchema(reply['return'] as unknown as SchemaInfo[], 'the daemon');
  });
  afterAll(() => reader?.stop());

  /** What QEMU's reader and the validator find wrong; each undefined when it accepts. */
  async function verdicts(command: string, args: unknown) {
    const reply = await reader.send(command, args);
    const error = reply['error'] as { desc: string } | undefined;
    const refusals = validateCommand(schema, command, args).filter(isRefused);
    return {
      qemu: error && REFUSED.test(error.desc) ? error.desc : undefined,
      unjudged: error !== undefined && BEYOND_WIDTH.test(error.desc),
      ours: refusals.length > 0 ? refusals : undefined,
    };
  }

  async function expectAgreement(command: string, args: unknown) {
    const { qemu, ours, unjudged } = await verdicts(command, args);
    if (unjudged || (qemu === undefined) === (ours === undefined)) return;
    throw new Error(
      `${command} ${stringifyJson(args as Json)}\nQEMU: ${qemu ?? 'accepts'}\nqblk: ${stringifyJson((ours ?? 'accepts') as never)}`,
    );
  }

  const known: [command: string, args: object, qemu: RegExp | undefined][] = [
    ['block-commit', { device: 'D', speed: 2n ** 63n - 1n }, undefined],
    ['block-commit', { device: 'D', speed: 'x' }, /Invalid parameter type for 'speed', expected: integer/],
    ['block-commit', { device: 'D', 'on-error': 'x' }, /does not accept value 'x'|Invalid parameter 'x'/],
    ['block-commit', { device: 'D', foo: 1 }, /Parameter 'foo' is unexpected/],
    ['block-commit', {}, /Parameter 'device' is missing/],
    ['blockdev-add', { driver: 'qcow2', file: 'nowhere', backing: null }, undefined],
    ['blockdev-add', { driver: 'raw', file: 'nowhere', backing: null }, /Parameter 'backing' is unexpected/],
    ['blockdev-add', { driver: 'qcow2', file: null }, /Invalid parameter type for 'file'/],
    ['blockdev-add', { driver: 'raw', file: { driver: 'file' } }, /Parameter 'file.filename' is missing/],
    ['blockdev-add', { 'node-name': 'A' }, /Parameter 'driver' is missing/],
    ['blockdev-add', { driver: 'nbd', server: { type: 'unix' } }, /Parameter 'server.path' is missing/],
    ['transaction', { actions: [] }, undefined],
    ['transaction', { actions: [{ type: 'abort' }] }, /'actions\[0\].data' is missing/],
    ['transaction', { actions: [{ type: 'abort', data: { x: 1 } }] }, /is unexpected/],
    [
      'block-dirty-bitmap-merge',
      { node: 'A', target: 'b', bitmaps: ['x', { node: 'B', name: 'y' }] },
      undefined,
    ],
    ['block-dirty-bitmap-merge', { node: 'A', target: 'b', bitmaps: [5] }, /Invalid parameter type/],
  ];
  const named = known.map(([command, args, words]) => ({
    command,
    args,
    words,
    json: stringifyJson(args as Json),
  }));

  test.each(named)('on $command $json', async ({ command, args, words }) => {
    const { qemu, ours } = await verdicts(command, args);
    if (words) expect(qemu).toMatch(words);
    else expect(qemu).toBeUndefined();
    expect(ours !== undefined).toBe(words !== undefined);
  });

  test('both refuse and both accept the same generated arguments', { timeout: 120_000 }, async () => {
    const commands = HARMLESS.filter(command => schema.has(command));
    const counts = { accepted: 0, refused: 0 };
    const cases = fc.constantFrom(...commands).chain(command =>
      fc.record({
        command: fc.constant(command),
        fits: fittingArguments(schema, command),
        mutations: fc.array(mutation, { maxLength: 2 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ command, fits, mutations }) => {
        const args = mutate(fits, mutations);
        fc.pre(!endsQemu(command, args));
        await expectAgreement(command, args);
        const accepted = validateCommand(schema, command, args).filter(isRefused).length === 0;
        counts[accepted ? 'accepted' : 'refused']++;
      }),
      { numRuns: 1500 },
    );
    expect(counts.accepted).toBeGreaterThan(200);
    expect(counts.refused).toBeGreaterThan(200);
  });
});
