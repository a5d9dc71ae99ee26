import { StatementFailure } from '../../src/compile/evaluate/failure.ts';
import { readRecipe } from '../../src/compile/recipe.ts';
import type { SchemaInfo } from '../../src/qapi/introspection.ts';
import { makeSchema } from '../../src/qapi/schema.ts';
import { type Json, stringifyJson } from '../../src/qmp/json.ts';
import { openSession } from '../../src/qmp/session.ts';
import { look } from '../../src/runner/look.ts';
import type { Reporter } from '../../src/runner/reporter.ts';
import { runScript } from '../../src/runner/run.ts';
import type { Engine } from '../../src/sandbox/engines.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { startSimulation } from '../../src/sim/start.ts';
import { toPlannedJson } from '../../src/statements/datum.ts';
import { parse } from '../../src/syntax/parse.ts';
import type { Case } from './case-document.ts';
import { chainLines, checkCase, framesOf } from './check-case.ts';

/** What comes of running a case's script on a QEMU. */
export interface RanCase {
  /** Frames of what stopped it, before anything was sent or at the statement that failed; empty for success. */
  readonly failure: string;
  readonly output: string;
  readonly graph: string;
}

const WARM = new Map<string, SchemaInfo[]>();

/** Runs a case's script in a sandbox of its own: on a real engine, or in the simulator. */
export async function runCase(one: Case, engine: Engine | 'sim'): Promise<RanCase> {
  const { script } = parse(one.script);
  const recipe = readRecipe(script, one.options);
  const sandbox =
    engine === 'sim'
      ? startSimulation({ disks: recipe.chains, program: 'storage-daemon' })
      : await startSandbox({ engine, chains: recipe.chains });
  try {
    const session = await openSession(sandbox.stream, { address: 'the sandbox' });
    const name = engine === 'sim' ? engine : engine.program;
    const known = WARM.get(name) ?? ((await session.execute('query-qmp-schema')) as unknown as SchemaInfo[]);
    WARM.set(name, known);
    const { major, minor, micro } = session.greeting.version;
    const schema = makeSchema(known, `QEMU ${major}.${minor}.${micro}`);
    const graph = await look(session, schema);
    const live = { session, graph, isSandbox: true };
    const target = { schema, devices: recipe.devices, live, close: async () => {} };
    const checked = await checkCase(one, target, true);
    const output: string[] = [];
    let failure = '';
    if (!checked.accepted) {
      failure = framesOf(checked.findings, checked.loaded);
    } else {
      try {
        await runScript(checked.loaded.script, {
          session,
          schema,
          graph,
          reporter: reporterInto(output),
          parameters: checked.options.parameters,
          sandboxDevices: recipe.devices,
          now: new Date(),
        });
      } catch (error) {
        if (!(error instanceof StatementFailure)) throw error;
        failure = framesOf([error.finding], checked.loaded);
      }
    }
    const after = chainLines(await look(session, schema));
    await session.close();
    return { failure, output: output.join('\n'), graph: after };
  } finally {
    await sandbox.stop();
  }
}

function reporterInto(output: string[]): Reporter {
  return {
    wantsGraph: true,
    enter() {},
    leave() {},
    step() {},
    event() {},
    finding({ code, notes }) {
      if (code === 'graph-differs') throw new Error(`not as predicted: ${notes?.join('; ')}`);
    },
    output: (text, value) => output.push(text || stringifyJson(toPlannedJson(value ?? null) as Json)),
  };
}
