import { StatementFailure } from '../compile/evaluate/failure.ts';
import { stepRecord } from '../compile/ndjson.ts';
import type { BlockGraph } from '../graph/graph.ts';
import { deviceChains } from '../printing/chains-text.ts';
import { statementText } from '../printing/plan-text.ts';
import type { Json, JsonObject } from '../qmp/json.ts';
import type { Reporter } from '../runner/reporter.ts';
import { toPlannedJson } from '../statements/datum.ts';
import { withoutSecrets } from '../text/secrets.ts';
import { placeRecord, type Source } from '../text/source.ts';
import type { Output } from './output.ts';

/** The version of the records' shape: it changes when a member changes its meaning or goes. */
export const RECORD_VERSION = 2;

/** Writes what a run does as NDJSON: records of statements, commands, events and results; with endpoints each has its `target`. */
export function jsonReporter(source: Source, output: Output): Reporter {
  const places: JsonObject[] = [];
  const at = (target: JsonObject) => reporterAt(target, places, source, output);
  return { ...at({}), at: target => at({ target }) };
}

/** `places` are those of the statements that have begun. */
function reporterAt(target: JsonObject, places: JsonObject[], source: Source, output: Output): Reporter {
  const place = (): JsonObject => ({ ...target, ...places.at(-1) });
  return {
    wantsGraph: true,
    enter(statement) {
      places.push({ ...placeRecord(source, statement.span.start) });
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
        ...(outcome.ok && outcome.skipped !== undefined ? { skipped: outcome.skipped } : {}),
        ...(failure ? { failure: failure.kind, reason: failure.reason } : {}),
        ...(graph ? { chains: chainsOf(graph) } : {}),
      });
      places.pop();
    },
    step(step) {
      if (step.kind.startsWith('await') || step.kind === 'check') return;
      output.record({ record: 'command', ...place(), ...withoutSecrets(stepRecord(step)) });
    },
    finding: finding => output.findings([finding], source),
    event(event) {
      output.record({ record: 'event', ...target, event: event.event, data: event.data });
    },
    paused({ id, type, hold, at }) {
      output.record({
        record: 'paused',
        ...target,
        job: id,
        type,
        'io-status': hold,
        ...(at ? { at: { ...at } } : {}),
      });
    },
    waits({ message, primary, help = [] }) {
      const found = primary?.text ?? '';
      output.record({ record: 'waits', ...place(), message, found, ...(help.length > 0 ? { help } : {}) });
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
