import { whereAvailable } from '../../qapi/availability.ts';
import { describeCommand } from '../../qapi/describe.ts';
import { renderCommandHelp } from '../../qapi/help.ts';
import type { Json } from '../../qmp/json.ts';
import { openTarget } from '../../target/target.ts';
import { UsageError } from '../../target/usage-error.ts';
import { suggest } from '../../text/suggest.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';

/** `qblk schema [COMMAND]`: what a QEMU accepts, as help; without a command the list of them. `driver=qcow2` narrows to one case. */
export async function schema(options: Options, output: Output): Promise<ExitCode> {
  const target = await openTarget(options, undefined, output);
  try {
    const [name] = options.words;
    if (name === undefined) {
      if (output.json) output.record({ record: 'result', value: [...target.schema.commands()] });
      else output.result(target.schema.commands().join('\n'));
      return exitCode.done;
    }
    const command = describeCommand(target.schema, name, Object.fromEntries(options.parameters));
    const program = options.program === 'storage-daemon' ? 'storage-daemon' : 'system';
    const availability = whereAvailable(name, undefined, program);
    if (!command) {
      const near = suggest(name, target.schema.commands());
      throw new UsageError(`${target.schema.label} has no command \`${name}\``, [
        ...(availability.has.length > 0 ? [`QEMU ${availability.has.join(', ')} has it`] : []),
        ...(near.length > 0 ? [`did you mean ${near.join(' or ')}?`] : []),
      ]);
    }
    if (output.json) output.record({ record: 'result', value: JSON.parse(JSON.stringify(command)) as Json });
    else output.result(renderCommandHelp(command, { availability, width: process.stdout.columns ?? 100 }));
    return exitCode.done;
  } finally {
    await target.close();
  }
}
