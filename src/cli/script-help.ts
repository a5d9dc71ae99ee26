import { type DeclaredEndpoint, declaredEndpoints } from '../compile/declared-endpoints.ts';
import { proceduresOf } from '../compile/procedures.ts';
import type { Parameter, ProcStatement, Script } from '../syntax/ast.ts';
import { type Source, textAt } from '../text/source.ts';

/** A script's own documentation, its parameters and the procedures that it knows: `qblk FILE.qblk --help`. */
export function scriptHelp(script: Script, source: Source): string {
  const parameters = script.statements.flatMap(statement =>
    statement.kind === 'param' ? [statement.parameter] : [],
  );
  const endpoints = declaredEndpoints(script);
  const values = parameters.map(({ name, default: value }) =>
    value ? `[${name.text}=…]` : `${name.text}=…`,
  );
  const targets = endpoints.map(({ name }) => `--target ${name}=URI`);
  const lines = [
    script.documentation || `${source.name} has no documentation.`,
    '',
    ['usage: qblk run', source.name, ...values, ...targets].join(' '),
  ];
  if (parameters.length > 0) lines.push('');
  lines.push(...parameterRows(parameters, source));
  if (endpoints.length > 0) lines.push('', 'endpoints:', ...endpointRows(endpoints));
  const procedures = proceduresOf(script);
  if (procedures.length > 0) lines.push('', 'procedures:');
  for (const { statement } of procedures) lines.push(...procedureLines(statement, source));
  return lines.join('\n');
}

function endpointRows(endpoints: readonly DeclaredEndpoint[]): string[] {
  const width = Math.max(...endpoints.map(({ name }) => name.length));
  return endpoints.map(({ name, documentation = '', incoming }) => {
    const waits = incoming ? '(started with -incoming defer)' : '';
    return `  ${[name.padEnd(width), documentation, waits].filter(Boolean).join('  ')}`.trimEnd();
  });
}

/** A procedure as a call of it is written, its documentation, and its parameters. */
function procedureLines({ name, parameters, documentation }: ProcStatement, source: Source): string[] {
  const [subject, ...more] = parameters.map(parameter => {
    const isFirst = parameter === parameters[0];
    const form = isFirst ? parameter.name.text.toUpperCase() : `${parameter.name.text}=…`;
    return parameter.default ? `[${form}]` : form;
  });
  const call = [name.text, ...(subject === undefined ? [] : [subject]), ...more].join(' ');
  const said = documentation === '' ? [] : documentation.split('\n');
  const rows = parameterRows(parameters, source);
  return [`  ${call}`, ...[...said.map(line => `  ${line}`), ...rows].map(line => `    ${line}`.trimEnd())];
}

function parameterRows(parameters: readonly Parameter[], source: Source): string[] {
  const rows = parameters.map(parameter => {
    const type = `${parameter.type.names.map(({ text }) => text).join('|')}${parameter.type.list ? '[]' : ''}`;
    const fallback = parameter.default && textAt(source, parameter.default.span);
    return [
      parameter.name.text,
      type,
      [parameter.documentation ?? '', fallback === undefined ? '' : `(${fallback})`]
        .filter(Boolean)
        .join(' '),
    ];
  });
  const widths = [0, 1].map(column => Math.max(0, ...rows.map(row => row[column]?.length ?? 0)));
  return rows.map(row =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}
