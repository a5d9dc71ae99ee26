import { planRecords } from '../../compile/ndjson.ts';
import { stringifyJson } from '../../qmp/json.ts';
import { checkScript } from '../checked.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';
import { planText } from '../plan-text.ts';
import { loadScript } from '../script.ts';
import { openTarget } from '../target.ts';

/** `qblk plan`: what would be sent, statement by statement, and the chain after each. */
export async function plan(options: Options, output: Output): Promise<ExitCode> {
  return output.json
    ? compile(options, output)
    : planned(options, output, ({ plan: made }, loaded) => {
        output.result(planText(made, loaded.source));
        return exitCode.done;
      });
}

/** `qblk compile`: the same as one JSON object a step. */
export async function compile(options: Options, output: Output): Promise<ExitCode> {
  return planned(options, output, ({ plan: made }, loaded) => {
    const { records, findings } = planRecords(made, loaded.source);
    output.findings(findings, loaded.source);
    if (findings.length > 0) return exitCode.script;
    output.result(records.map(stringifyJson).join('\n'));
    return exitCode.done;
  });
}

type Show = (
  checked: Awaited<ReturnType<typeof checkScript>>,
  loaded: ReturnType<typeof loadScript>,
) => ExitCode;

async function planned(options: Options, output: Output, show: Show): Promise<ExitCode> {
  const loaded = loadScript(options);
  const target = await openTarget(options, loaded.script, output);
  try {
    const checked = await checkScript(loaded, target, options, output, target.live !== undefined);
    return checked.code === exitCode.done ? show(checked, loaded) : checked.code;
  } finally {
    await target.close();
  }
}
