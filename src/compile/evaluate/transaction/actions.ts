import { filesMadeBy } from '../../../commands/images/files-made.ts';
import * as problems from '../../../diagnostics/catalogue/transactions.ts';
import type { BlockGraph, Refusal } from '../../../graph/graph.ts';
import { Later } from '../../../qapi/placeholder.ts';
import { type Datum, type PlannedObject, plannedObject } from '../../../statements/datum.ts';
import type { StatementDefinition } from '../../../statements/define.ts';
import { resolveStatement } from '../../../statements/resolve.ts';
import { type ExecuteStep, execute, type Step } from '../../../statements/step.ts';
import type { VerbStatement } from '../../../syntax/ast.ts';
import type { Span } from '../../../text/source.ts';
import { makeCall, wireArguments } from '../call.ts';
import type { Context } from '../context.ts';
import { scriptError } from '../failure.ts';
import { predictStep } from '../predict.ts';
import { isEndless, waitsForJob } from '../raw-jobs.ts';
import { refusalAt, warnBefore } from '../refusal.ts';
import { guardSteps } from '../safety/guard.ts';
import { argumentAt, type SpanOf, spansIn } from '../spans.ts';
import { argumentSpans } from '../verbs.ts';
import { validateStep } from '../wire.ts';
import type { Way } from '../world.ts';
import { actionTypes } from './inside.ts';
import type { Gathered } from './world.ts';

/** One action of a transaction, with the statement that it comes from. */
export interface Action {
  readonly type: string;
  readonly data: PlannedObject;
  readonly spanOf: SpanOf;
  readonly statement: VerbStatement;
  /** The job that it starts. */
  readonly job?: string;
}

/** What is done before the transaction is sent: steps of a statement, or what depends on the run. */
export type Preparation =
  | { readonly step: Step; readonly spanOf: SpanOf }
  | { readonly when: string; readonly inside: readonly Preparation[] };

/** An action, or while planning the words for some that only the run will show. */
export type ActionOrLater = Action | Later;

export interface TransactionOptions {
  /** It goes on at once, so its jobs need not end. */
  readonly started: boolean;
  readonly properties: PlannedObject | undefined;
  /** The place of what no action wrote. */
  readonly spanOf: SpanOf;
}

/** The command that carries these actions out. */
export function transactionStep(
  actions: readonly ActionOrLater[],
  properties: PlannedObject | undefined,
): ExecuteStep {
  const list = actions.map(action =>
    action instanceof Later ? action : { type: action.type, data: action.data },
  );
  return execute('transaction', { actions: list, ...(properties ? { properties } : {}) });
}

/** Gathers the statements of a transaction's block as its actions. Nothing is sent by it; what QEMU would refuse is thrown at its place. */
export class Actions implements Gathered {
  readonly actions: ActionOrLater[] = [];
  readonly preparations: Preparation[] = [];
  /** The graph with the preparations alone: what the transaction as a whole starts from. */
  prepared: BlockGraph;
  now: BlockGraph;
  readonly #options: TransactionOptions;

  constructor(graph: BlockGraph, options: TransactionOptions) {
    this.prepared = graph;
    this.now = graph;
    this.#options = options;
  }

  /** Takes a statement as one action. */
  async take(statement: VerbStatement, context: Context): Promise<Datum> {
    const resolved = resolveStatement(statement);
    if (resolved) await this.#takeDefined(resolved.definition, resolved.statement, context);
    else await this.#takeRaw(statement, context);
    return null;
  }

  async #takeDefined(
    definition: StatementDefinition,
    statement: VerbStatement,
    context: Context,
  ): Promise<void> {
    const { verb } = statement;
    const call = await makeCall(definition, statement, context);
    const lowering = definition.lower(call);
    const spanOf = argumentSpans(definition, statement);
    if ('refused' in lowering) throw refusalAt(lowering, spanOf, context);
    const types = actionTypes(context.world.schema);
    const at = lowering.steps.findIndex(step => step.kind === 'execute' && types.has(step.command));
    const step = lowering.steps[at];
    if (step?.kind !== 'execute') throw scriptError(problems.notAnAction(verb.span, `\`${verb.text}\``));
    if (at < lowering.steps.length - 1) throw scriptError(problems.notOneAction(verb.span, verb.text));
    const { job } = lowering;
    if (job?.ends === 'never') this.#refuseEndless(statement, 'this job never ends by itself');
    await this.#prepare(lowering.steps.slice(0, at), spanOf, context);
    await this.#add(
      { type: step.command, data: step.arguments, spanOf, statement, ...(job ? { job: job.id } : {}) },
      context,
    );
    for (const { name, node } of lowering.binds ?? []) context.scope.bindNode(name, node);
  }

  async #takeRaw(statement: VerbStatement, context: Context): Promise<void> {
    const { verb } = statement;
    const type = verb.text;
    if (!actionTypes(context.world.schema).has(type))
      throw scriptError(problems.notAnAction(verb.span, `\`${type}\``));
    const written = plannedObject(await wireArguments(statement.arguments, type, context));
    const spanOf = spansIn(statement, path => argumentAt(statement.arguments, path)?.span ?? verb.span);
    if (!waitsForJob(type)) {
      await this.#prepareFiles(type, written, spanOf, context);
      await this.#add({ type, data: written, spanOf, statement }, context);
      return;
    }
    if (isEndless(type, written)) this.#refuseEndless(statement, 'this job never ends by itself');
    context.jobIds.takeThoseOf(this.now);
    const given = written['job-id'];
    const job = typeof given === 'string' ? given : context.jobIds.make('backup');
    context.jobIds.take(job);
    await this.#prepareFiles(type, written, spanOf, context);
    const data = { ...written, 'job-id': job, 'auto-dismiss': written['auto-dismiss'] ?? false };
    await this.#add({ type, data, spanOf, statement, job }, context);
  }

  #refuseEndless({ verb }: VerbStatement, why: string): void {
    if (!this.#options.started) throw scriptError(problems.endlessAction(verb.span, verb.text, why));
  }

  /** A QMP command has no word that lets a file be lost, so one that is there is never lost. */
  async #prepareFiles(type: string, data: PlannedObject, spanOf: SpanOf, context: Context): Promise<void> {
    const steps = filesMadeBy(type, data).map(
      ({ filename, argument }): Step => ({
        kind: 'check',
        parameter: argument,
        check: { kind: 'file-absent', filename },
      }),
    );
    await this.#prepare(steps, spanOf, context);
  }

  async #prepare(steps: readonly Step[], spanOf: SpanOf, context: Context): Promise<void> {
    guardSteps(steps, () => spanOf, this.prepared, context);
    for (const step of steps) {
      if (!context.unchecked) {
        if (step.kind === 'execute') await validateStep(step, spanOf, context);
        const after = predictStep(this.prepared, step);
        if ('refused' in after) throw refusalAt(after, spanOf, context);
        warnBefore(step, this.prepared, spanOf, context);
      }
      this.preparations.push({ step, spanOf });
      this.prepared = unlessRefused(predictStep(this.prepared, step), this.prepared);
      this.now = unlessRefused(predictStep(this.now, step), this.now);
    }
  }

  async #add(action: Action, context: Context): Promise<void> {
    const { type, data, spanOf } = action;
    if (data['auto-finalize'] === false)
      this.#refuseEndless(action.statement, '`auto-finalize=false` holds the job back');
    const alone = execute(type, data);
    const step = transactionStep([action], undefined);
    guardSteps([alone], () => spanOf, this.now, context);
    if (!context.unchecked) {
      if (context.world.schema.command(type)) await validateStep(alone, spanOf, context);
      else await validateStep(step, path => spanOf(path.slice(3)), context);
    }
    this.actions.push(action);
    const after = predictStep(this.now, step);
    const refusal =
      refusalIn(after) ??
      (context.world.schema.command(type) ? refusalIn(predictStep(this.now, alone)) : undefined);
    if (refusal && (refusal.harmful || !context.unchecked)) {
      this.check(context);
      throw refusalAt(inAction(refusal), spanOf, context);
    }
    if (!context.unchecked) warnBefore(alone, this.now, spanOf, context);
    this.now = unlessRefused(after, this.now);
  }

  /** Holds the transaction as a whole against the rules; throws at the place of the action at fault. */
  check(context: Context): void {
    const step = transactionStep(this.actions, this.#options.properties);
    const after = predictStep(this.prepared, step);
    if (!('refused' in after) || (context.unchecked && !after.harmful)) return;
    throw refusalAt(after, path => this.spanAt(path), context);
  }

  /** The place of what stands at a path of the transaction's arguments. */
  spanAt(path: readonly (string | number)[]): Span {
    const action = path[0] === 'actions' ? this.actions[Number(path[1])] : undefined;
    if (!action || action instanceof Later) return this.#options.spanOf(path);
    return action.spanOf(path[2] === 'data' ? path.slice(3) : []);
  }

  /** While planning: goes each way for its checks. What they add only the run will show. */
  async fork(ways: readonly Way[]): Promise<void> {
    const { actions, preparations, prepared, now } = this;
    const [before, ready] = [actions.length, preparations.length];
    const added: (Later | Preparation)[] = [];
    for (const { when, walk } of ways) {
      await walk();
      const own = actions.splice(before);
      const inside = preparations.splice(ready);
      if (own.length > 0)
        added.push(new Later(`${own.length === 1 ? 'an action' : `${own.length} actions`} ${when}`));
      if (inside.length > 0) added.push({ when, inside });
      this.prepared = prepared;
      this.now = now;
    }
    for (const one of added) {
      if (one instanceof Later) actions.push(one);
      else preparations.push(one);
    }
    if (added.length > 0) {
      this.now = { ...now, complete: false };
      this.prepared = { ...prepared, complete: false };
    }
  }
}

function refusalIn(after: BlockGraph | Refusal): Refusal | undefined {
  return 'refused' in after ? after : undefined;
}

function unlessRefused(after: BlockGraph | Refusal, before: BlockGraph): BlockGraph {
  return 'refused' in after ? before : after;
}

/** A refusal of a transaction of one action, as that action's own. */
function inAction(refusal: Refusal): Refusal {
  return { ...refusal, argument: (refusal.argument ?? '').replace(/^actions\.0\.(data\.?|type)?/, '') };
}
