import type { Script } from '../syntax/ast.ts';
import type { Source } from '../text/source.ts';

/** A script's own documentation and its parameters: `qblk FILE.qblk --help`. */
export function scriptHelp(script: Script, source: Source): string {
  const parameters = script.statements.flatMap(statement =>
    statement.kind === 'param' ? [statement.parameter] : [],
  );
  const lines = [
    script.documentation || `${source.name} has no documentation.`,
    '',
    `usage: qblk run ${source.name} ${parameters.map(({ name, default: value }) => (value ? `[${name.text}=…]` : `${name.text}=…`)).join(' ')}`.trimEnd(),
  ];
  if (parameters.length > 0) lines.push('');
  const rows = parameters.map(parameter => {
    const type = `${parameter.type.names.map(({ text }) => text).join('|')}${parameter.type.list ? '[]' : ''}`;
    const fallback = parameter.default
      ? source.text.slice(parameter.default.span.start, parameter.default.span.end)
      : undefined;
    return [
      parameter.name.text,
      type,
      [parameter.documentation ?? '', fallback === undefined ? '' : `(${fallback})`]
        .filter(Boolean)
        .join(' '),
    ];
  });
  const widths = [0, 1].map(column => Math.max(0, ...rows.map(row => row[column]?.length ?? 0)));
  for (const row of rows)
    lines.push(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
  return lines.join('\n');
}
