import { StatementFailure } from '../compile/evaluate/failure.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { deviceChains } from '../printing/chains-text.ts';
import { statementText } from '../printing/plan-text.ts';
import type { Json, JsonObject } from '../qmp/json.ts';
import type { Reporter } from '../runner/reporter.ts';
import { toPlannedJson } from '../statements/datum.ts';
import { positionAt, type Source } from '../text/source.ts';
import type { Output } from './output.ts';

/** The version of the records' shape: it changes when a member changes its meaning or goes. */
export const RECORD_VERSION = 1;

/** Writes what a run does as NDJSON: records of statements, commands, events and results. */
export function jsonReporter(source: Source, output: Output): Reporter {
  const lines: number[] = [];
  const place = (): JsonObject => (lines.length > 0 ? { line: lines.at(-1) ?? 0 } : {});
  return {
    wantsGraph: true,
    enter(statement) {
      lines.push(positionAt(source, statement.span.start).line);
      output.record({
        record: 'statement',
        ...place(),
        text: statementText(source, statement),
        state: 'begins',
      });
    },
    leave(statement, outcome, graph) {
      const failure =
        outcome.ok || !(outcome.failure instanceof StatementFailure) ? undefined : outcome.failure;
      output.record({
        record: 'statement',
        ...place(),
        text: statementText(source, statement),
        state: outcome.ok ? 'done' : 'failed',
        ...(failure ? { failure: failure.kind, reason: failure.reason } : {}),
        ...(graph ? { chains: chainsOf(graph) } : {}),
      });
      lines.pop();
    },
    step(step) {
      if (step.kind !== 'execute') return;
      output.record({
        record: 'command',
        ...place(),
        execute: step.command,
        arguments: step.arguments as JsonObject,
      });
    },
    finding: finding => output.findings([finding], source),
    event(event) {
      output.record({ record: 'event', event: event.event, data: event.data });
    },
    output(text, value) {
      output.record({
        record: 'result',
        ...place(),
        ...(text ? { text } : {}),
        ...(value === undefined ? {} : { value: toPlannedJson(value) as Json }),
      });
    },
  };
}

function chainsOf(graph: BlockGraph): JsonObject {
  return Object.fromEntries(deviceChains(graph));
}
