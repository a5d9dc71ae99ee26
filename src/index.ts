export { type CheckOptions, check } from './compile/check.ts';
export { type FailureKind, Interruption, StatementFailure } from './compile/evaluate/failure.ts';
export { type PlanRecord, planRecords } from './compile/ndjson.ts';
export { type PlanOrigin, planDocument } from './compile/plan/document.ts';
export type { Plan, PlanEntry, PlannedStatement, PlanOptions } from './compile/plan/plan.ts';
export { type Recipe, readRecipe } from './compile/recipe.ts';
export type { Diagnostic, Finding, Label, Severity } from './diagnostics/diagnostic.ts';
export { renderDiagnostic } from './diagnostics/render.ts';
export type { BlockGraph, BlockJob, BlockNode } from './graph/graph.ts';
export { makeSchema, type Schema } from './qapi/schema.ts';
export { loadSnapshot, snapshotVersions } from './qapi/snapshots.ts';
export { validateCommand } from './qapi/validator.ts';
export {
  ConnectError,
  ConnectionLostError,
  ExecuteError,
  GreetingError,
  ProtocolError,
  QmpError,
} from './qmp/errors.ts';
export type { Json, JsonObject } from './qmp/json.ts';
export { openSession, type Session, type SessionOptions } from './qmp/session.ts';
export { followJobs, type Jobs } from './runner/jobs.ts';
export { look } from './runner/look.ts';
export type { Reporter } from './runner/reporter.ts';
export { type RunOptions, runScript } from './runner/run.ts';
export type * from './statements/define.ts';
export { statements } from './statements/index.ts';
export type { Step } from './statements/step.ts';
export type * as ast from './syntax/ast.ts';
export { type Parsed, parse } from './syntax/parse.ts';
export { format } from './syntax/print.ts';
export { type LoadedScript, loadSource } from './target/load-script.ts';
export { type EngineName, findEngine, type TestEngine } from './testing/engine.ts';
export { findDocuments } from './testing/find-documents.ts';
export { type LoadedDocument, loadDocument } from './testing/load-document.ts';
export type * from './testing/report.ts';
export { runDocuments, type TestOptions } from './testing/run-documents.ts';
export { type Position, positionAt, type Source, type Span } from './text/source.ts';
export { connect } from './transport/transports.ts';
