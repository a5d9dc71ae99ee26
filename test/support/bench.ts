import { setTimeout as pause } from 'node:timers/promises';
import { check } from '../../src/compile/check.ts';
import { StatementFailure } from '../../src/compile/evaluate/failure.ts';
import type { Plan } from '../../src/compile/plan/plan.ts';
import { readRecipe } from '../../src/compile/recipe.ts';
import { type Finding, hasErrors } from '../../src/diagnostics/diagnostic.ts';
import type { SchemaInfo } from '../../src/qapi/introspection.ts';
import { makeSchema, type Schema } from '../../src/qapi/schema.ts';
import type { JsonObject } from '../../src/qmp/json.ts';
import { openSession, type Session } from '../../src/qmp/session.ts';
import { look } from '../../src/runner/look.ts';
import type { Reporter } from '../../src/runner/reporter.ts';
import { runScript } from '../../src/runner/run.ts';
import type { SandboxChain } from '../../src/sandbox/chain.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import type { Step } from '../../src/statements/step.ts';
import { parse } from '../../src/syntax/parse.ts';
import type { TestEngine } from './engines.ts';

/** How long a run may take before its test fails by itself, in milliseconds. */
const RUN_LIMIT = 20_000;

/** How a script ended: `done`, or what went wrong. */
export interface Run {
  readonly end: 'done' | StatementFailure['kind'] | 'connection';
  /** What `$error` would hold, or the error's message; empty for `done`. */
  readonly reason: string;
  readonly error: unknown;
  readonly steps: readonly Step[];
  readonly output: readonly string[];
}

/** A QEMU with a sandbox's disks, and the whole way from a script's text to its run. */
export interface Bench {
  readonly engine: TestEngine;
  readonly sandbox: Sandbox;
  readonly session: Session;
  readonly schema: Schema;
  readonly chain: SandboxChain;
  /** The commands sent so far, qblk's own questions included. */
  readonly sent: readonly { readonly execute: string; readonly arguments: any }[];
  /** Plans `text` against QEMU as it is now; rejects where there is a syntax error. */
  plan(text: string): Promise<{ plan: Plan; findings: readonly Finding[] }>;
  /** Plans and runs `text` as `qblk run` does; findings with an error end it with `script`. */
  run(text: string): Promise<Run>;
  /** Sends one command, whatever qblk thinks of it. */
  execute(command: string, args?: JsonObject): Promise<any>;
  stop(): Promise<void>;
}

const schemas = new Map<string, Schema>();

async function schemaOf(engine: TestEngine, session: Session): Promise<Schema> {
  const known = schemas.get(engine.program);
  if (known) return known;
  const reply = await session.execute('query-qmp-schema');
  const schema = makeSchema(reply as unknown as SchemaInfo[], engine.name);
  schemas.set(engine.program, schema);
  return schema;
}

/** Starts a QEMU on the chains that head `text`; a test has to stop it. */
export async function openBench(
  engine: TestEngine,
  text: string,
  extraArguments: readonly string[] = [],
): Promise<Bench> {
  const recipe = readRecipe(parse(text).script, new Map());
  const sandbox = await startSandbox({ engine, chains: recipe.chains, extraArguments });
  const sent: { execute: string; arguments: any }[] = [];
  const session = await openSession(sandbox.stream, {
    address: 'the sandbox',
    trace: (direction, line) => void (direction === 'send' && sent.push(JSON.parse(line))),
  });
  const schema = await schemaOf(engine, session);

  async function prepare(script: string) {
    const parsed = parse(script);
    if (hasErrors(parsed.findings)) throw new Error(parsed.findings.map(({ message }) => message).join('\n'));
    const devices = readRecipe(parsed.script, new Map()).devices;
    const graph = await look(session, schema);
    const options = { schema, graph, sandboxDevices: devices, now: new Date() };
    const plan = await check(parsed, { ...options, complete: true });
    return { parsed, options, plan, findings: plan.findings };
  }

  async function run(script: string): Promise<Run> {
    const { parsed, options, findings } = await prepare(script);
    const steps: Step[] = [];
    const output: string[] = [];
    const errors = findings.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) {
      const isExpectation = errors.every(({ code }) => code === 'chain-differs');
      const reason = errors.map(({ code, message }) => `${code}: ${message}`).join('\n');
      return { end: isExpectation ? 'expectation' : 'script', reason, error: errors, steps, output };
    }
    const reporter: Reporter = {
      // So that the model is held against QEMU after each statement that changes something.
      wantsGraph: true,
      enter: () => {},
      leave: () => {},
      event: () => {},
      finding: ({ code, notes }) => {
        if (code === 'graph-differs') throw new Error(`not as predicted: ${notes?.join('; ')}\n${script}`);
      },
      step: step => steps.push(step),
      output: line => output.push(line),
    };
    const tooLong = new AbortController();
    try {
      await Promise.race([
        runScript(parsed.script, { session, reporter, ...options }),
        pause(RUN_LIMIT, undefined, { signal: tooLong.signal }).then(() => {
          throw new Error(`the script hangs:\n${script}`);
        }),
      ]);
      return { end: 'done', reason: '', error: undefined, steps, output };
    } catch (error) {
      if (error instanceof StatementFailure)
        return { end: error.kind, reason: error.reason, error, steps, output };
      if (error instanceof Error && error.name === 'ConnectionLostError')
        return { end: 'connection', reason: error.message, error, steps, output };
      throw error;
    } finally {
      tooLong.abort();
    }
  }

  return {
    engine,
    sandbox,
    session,
    schema,
    chain: recipe.chains[0] ?? { device: '', images: [] },
    sent,
    plan: async script => {
      const { plan, findings } = await prepare(script);
      return { plan, findings };
    },
    run,
    execute: (command, args) => session.execute(command, args),
    stop: async () => {
      session.destroy();
      await sandbox.stop();
    },
  };
}
