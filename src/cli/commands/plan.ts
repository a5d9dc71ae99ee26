import { planRecords } from '../../compile/ndjson.ts';
import { planDocument } from '../../compile/plan/document.ts';
import { planFacts } from '../../compile/plan/facts.ts';
import { summarize } from '../../compile/plan/summary.ts';
import { colored } from '../../printing/paint.ts';
import { planText } from '../../printing/plan-text.ts';
import { prettyJson, stringifyJson } from '../../qmp/json.ts';
import { keepFile } from '../../target/kept-file.ts';
import type { LoadedScript } from '../../target/load-script.ts';
import { isLive, openTarget, type Target } from '../../target/target.ts';
import { UsageError } from '../../target/usage-error.ts';
import { harmlessJson } from '../../text/harmless.ts';
import { type Checked, checkScript } from '../checked.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Options } from '../options.ts';
import { diagnosticRecord, type Output } from '../output.ts';
import { loadScript } from '../script.ts';
import { whyNotWritten } from '../write-failure.ts';

/**
 * `qblk plan`: what would be sent and what it would change, statement by statement, as text or as one JSON document. Asks
 * a QEMU for what there is, and changes nothing. With `--detailed-exitcode` it ends as Terraform's plan does: 0 nothing
 * would change, 1 an error, 2 something would change.
 */
export async function plan(options: Options, output: Output): Promise<ExitCode> {
  const now = new Date();
  const detailed = options.flags.has('detailed-exitcode');
  const told = output.json ? { ...output, findings: () => {} } : output;
  return planned(options, told, now, (checked, loaded, target) => {
    if (options.out !== undefined) refuseOpenParameters(loaded, options);
    const isWhole = checked.code === exitCode.done;
    const text = documentText(checked, loaded, target, options, now);
    if (output.json) output.result(text);
    else if (isWhole)
      output.result(planText(checked.plan, loaded.source, isColored(options, output) ? colored : undefined));
    if (isWhole && options.out !== undefined) save(options.out, text, output);
    if (!detailed) return checked.code;
    if (!isWhole) return exitCode.refused;
    return summarize(checked.plan, planFacts(checked.plan)).changes ? CHANGES : exitCode.done;
  });
}

/** What `--detailed-exitcode` answers where something would change; elsewhere this code means wrong usage. */
const CHANGES = exitCode.usage;

/** A saved plan is run as it is: nobody is there to give it a value. */
function refuseOpenParameters({ script }: LoadedScript, { out, parameters }: Options): void {
  const open = script.statements.flatMap(item =>
    item.kind === 'param' && !item.parameter.default && !parameters.has(item.parameter.name.text)
      ? [item.parameter.name.text]
      : [],
  );
  if (open.length === 0) return;
  throw new UsageError(
    `a plan is saved with a value for every parameter: ${open.map(name => `\`${name}\``).join(', ')} ${open.length > 1 ? 'have' : 'has'} none`,
    [`give it on the command line: qblk plan FILE ${open.map(name => `${name}=…`).join(' ')} --out ${out}`],
  );
}

function documentText(
  { plan: made }: Checked,
  { source }: LoadedScript,
  { schema, live, endpoints }: Target,
  { parameters }: Options,
  now: Date,
): string {
  const diagnostics = made.findings.map(finding => diagnosticRecord(finding, source));
  const where = [...(endpoints ?? [])].map(([name, qemu]) => {
    return [name, { schema: qemu.schema, live: qemu.live !== undefined }] as const;
  });
  const origin = {
    ...{ source, parameters, now, schema, live: live !== undefined },
    endpoints: new Map(where),
  };
  return harmlessJson(prettyJson(planDocument(made, origin, diagnostics)));
}

function save(file: string, text: string, output: Output): void {
  try {
    // A secret of the script has to be in it, for it to be run.
    keepFile(file, `${text}\n`);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${whyNotWritten(error)}`);
  }
  output.say(`saved in ${file}; run it with: qblk run --plan ${file}`);
}

/** A plan is a result, so it goes to stdout, which may be a file where stderr is a terminal. */
function isColored({ flags }: Options, output: Output): boolean {
  return output.color && (flags.has('color') || process.stdout.isTTY === true);
}

/** `qblk compile`: the same as one JSON object a step. */
export async function compile(options: Options, output: Output): Promise<ExitCode> {
  return planned(options, output, new Date(), ({ plan: made, code }, loaded) => {
    if (code !== exitCode.done) return code;
    const { records, findings } = planRecords(made, loaded.source);
    output.findings(findings, loaded.source);
    if (findings.length > 0) return exitCode.script;
    output.result(harmlessJson(records.map(stringifyJson).join('\n')));
    return exitCode.done;
  });
}

async function planned(
  options: Options,
  output: Output,
  now: Date,
  show: (checked: Checked, loaded: LoadedScript, target: Target) => ExitCode,
): Promise<ExitCode> {
  const loaded = loadScript(options);
  const target = await openTarget(options, loaded.script, output);
  try {
    return show(await checkScript(loaded, target, options, output, isLive(target), now), loaded, target);
  } finally {
    await target.close();
  }
}
