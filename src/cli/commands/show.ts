import { StatementFailure } from '../../compile/evaluate/failure.ts';
import { show as showSubject, subjects } from '../../compile/evaluate/show.ts';
import type { Json } from '../../qmp/json.ts';
import { followJobs, type Jobs } from '../../runner/jobs.ts';
import { LiveWorld } from '../../runner/live-world.ts';
import { toPlannedJson } from '../../statements/datum.ts';
import { openTarget } from '../../target/target.ts';
import { UsageError } from '../../target/usage-error.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';
import { textReporter } from '../text-reporter.ts';

/** `qblk show chain|nodes|jobs|bitmaps|exports|status [NAME]`: one look at a QEMU that runs. */
export async function show(options: Options, output: Output): Promise<ExitCode> {
  const [subject = 'chain', name] = options.words;
  if (!subjects.includes(subject))
    throw new UsageError(`\`show\` cannot show \`${subject}\``, [`it shows ${subjects.join(', ')}`]);
  const target = await openTarget(options, undefined, output);
  let jobs: Jobs | undefined;
  try {
    if (!target.live)
      throw new UsageError('`qblk show` looks at a QEMU that runs', ['name its QMP socket: --qmp unix:PATH']);
    const { session, graph } = target.live;
    const reporter = textReporter({ name: 'show', text: '' }, output, new Map([[undefined, graph]]));
    jobs = followJobs(session);
    const world = new LiveWorld({ session, jobs, schema: target.schema, reporter, graph });
    const shown = await showSubject(subject, name, world, { start: 0, end: 0 });
    if (name !== undefined && Array.isArray(shown.value) && shown.value.length === 0) {
      throw new UsageError(shown.text);
    }
    if (output.json) output.record({ record: 'result', value: toPlannedJson(shown.value) as Json });
    else output.result(shown.text);
    return exitCode.done;
  } catch (error) {
    if (!(error instanceof StatementFailure)) throw error;
    output.complain(error.finding.message, error.finding.help);
    return exitCode.refused;
  } finally {
    jobs?.stop();
    await target.close();
  }
}
