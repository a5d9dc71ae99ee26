import { notAnswered } from '../diagnostics/catalogue/silence.ts';
import type { Diagnostic, Edit, Finding } from '../diagnostics/diagnostic.ts';
import { asTyped, renderDiagnostic } from '../diagnostics/render.ts';
import type { Json } from '../qmp/json.ts';
import { stringifyJson } from '../qmp/json.ts';
import type { Silent } from '../target/silence.ts';
import { harmless, harmlessJson } from '../text/harmless.ts';
import { maskSecrets, mayHoldSecret, withoutSecrets } from '../text/secrets.ts';
import { fileAt, positionAt, type Source } from '../text/source.ts';
import type { Options } from './options.ts';

/** Where the program writes: results go to stdout, everything else to stderr. */
export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
  /** A result. */
  result(text: string): void;
  /** What happens, for people; nothing when `--quiet`. */
  say(text: string): void;
  /** What should not be missed though nothing is wrong; nothing when `--quiet`. */
  warn(text: string): void;
  /** A QEMU has not answered for long: a warning, or a record; `name` is its endpoint's. */
  silent(silent: Silent, name: string | undefined): void;
  /** What is wrong, and what to do about it. */
  complain(message: string, help?: readonly string[]): void;
  /** Findings in the order of the text, each once. With `--quiet` only errors, but for those that must not be missed. */
  findings(findings: readonly Finding[], source: Source | undefined, must?: 'be-seen'): void;
  /** What there is to add when all is said: where to read more on the findings, and which of them can be fixed. */
  foot(): void;
  /** From now on what goes to the terminal goes through `print`; undefined: it is written as before. */
  through(print: ((text: string) => void) | undefined): void;
  /** One record of `--json`. */
  record(record: { readonly [key: string]: Json }): void;
  /** The record that ends the ones that a `start` began, whatever has come between; nothing where none did. */
  end(code: number): void;
}

/** The output that the options ask for. Colour is for a terminal on stderr, unless NO_COLOR or an option says otherwise. */
export function makeOutput(options: Pick<Options, 'flags'>): Output {
  const { flags } = options;
  const json = flags.has('json');
  const quiet = flags.has('quiet');
  const wanted = process.stderr.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
  const color = flags.has('color') || (wanted && !flags.has('no-color'));
  let print: ((text: string) => void) | undefined;
  const err = (text: string) => (print ? print(text) : process.stderr.write(`${text}\n`));
  let isOpen = false;
  const record = (fields: { readonly [key: string]: Json }) => {
    isOpen ||= fields['record'] === 'start';
    const all = stringifyJson(fields);
    // What a script prints is its own.
    const mayShow = fields['record'] === 'result' || !mayHoldSecret(all);
    process.stdout.write(`${harmlessJson(mayShow ? all : stringifyJson(withoutSecrets(fields)))}\n`);
  };
  const shown: Finding[] = [];
  const fixable = new Set<string>();
  const warn = (text: string) => {
    if (!quiet) err(`${color ? '\x1b[1;33mwarning:\x1b[0m' : 'warning:'} ${harmless(maskSecrets(text))}`);
  };
  return {
    json,
    quiet,
    color,
    result: text => {
      const line = text.endsWith('\n') ? text : `${text}\n`;
      if (print && process.stdout.isTTY) print(line.slice(0, -1));
      else process.stdout.write(line);
    },
    say: text => {
      if (!quiet && !json) err(text);
    },
    warn,
    silent: ({ command, seconds }, name) => {
      const target = name === undefined ? {} : { target: name };
      if (json) record({ record: 'silent', ...target, execute: command, seconds });
      else warn(notAnswered(command, seconds, name));
    },
    complain: (message, help = []) => {
      if (json) record({ record: 'error', message, help });
      const lines = [
        `${color ? '\x1b[1;31mqblk:\x1b[0m' : 'qblk:'} ${harmless(maskSecrets(message))}`,
        ...help.map(line => `help: ${harmless(maskSecrets(line))}`),
      ];
      err(lines.join('\n'));
    },
    findings: (findings, source, must) => {
      const once = new Map(
        findings.map(finding => [
          JSON.stringify([finding.code, finding.message, finding.primary?.span]),
          finding,
        ]),
      );
      const ordered = [...once.values()].sort(
        (a, b) => (a.primary?.span.start ?? 0) - (b.primary?.span.start ?? 0),
      );
      for (const finding of ordered) {
        if (json) record(diagnosticRecord(finding, source));
        else if (!quiet || must || finding.severity === 'error') {
          err(`${renderDiagnostic(tied(finding, source), { color })}\n`);
          shown.push(finding);
          const file = source && fileAt(source, finding.fix?.[0]?.span.start ?? 0).file;
          if (finding.fix && file && file.name !== '-c') fixable.add(file.name);
        }
      }
    },
    foot: () => {
      if (quiet || shown.length === 0) return;
      const certain = shown.filter(({ fix }) => fix).length;
      if (fixable.size > 0) {
        const what =
          certain === 1 ? '1 of these has a certain fix' : `${certain} of these have a certain fix`;
        err(`${what}: qblk check --fix ${[...fixable].map(harmless).join(' ')}`);
      }
      err(`for more: qblk explain ${[...new Set(shown.map(({ code }) => code))].join(' ')}`);
    },
    through: next => {
      print = next;
    },
    record,
    end: code => {
      if (isOpen) record({ record: 'end', code });
      isOpen = false;
    },
  };
}

function tied(finding: Finding, source: Source | undefined): Diagnostic {
  return source ? { ...finding, source } : finding;
}

/** A finding as `--json` has it. */
export function diagnosticRecord(
  finding: Finding,
  source: Source | undefined,
): { readonly [key: string]: Json } {
  const at = source && finding.primary ? positionAt(source, finding.primary.span.start) : undefined;
  return {
    record: 'diagnostic',
    severity: finding.severity,
    code: finding.code,
    message: finding.message,
    ...(source ? { file: fileAt(source, finding.primary?.span.start ?? 0).file.name } : {}),
    ...(at ? { line: at.line, column: at.column } : {}),
    ...(finding.primary?.text ? { label: finding.primary.text } : {}),
    help: (finding.help ?? []).map(asTyped),
    notes: [...(finding.notes ?? [])],
    ...(source && finding.fix ? { fix: finding.fix.map(edit => editRecord(edit, source)) } : {}),
  };
}

/** An edit with its place as people count it; the end is the first column that stays. */
export function editRecord({ span, text }: Edit, source: Source): { readonly [key: string]: Json } {
  const [start, end] = [positionAt(source, span.start), positionAt(source, span.end)];
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column, text };
}
