import type { Arguments, Caution } from '../define.ts';
import { Arguments as Members } from '../define.ts';
import { refuse } from './refusals.ts';

/**
 * A command that leaves QEMU to look into an image for its format, now or when the image is opened the next time. Where
 * `blockdev-add` is given a file it is given the driver as well: the schema sees to that.
 */
export function probedFormat(command: string, args: Arguments): Caution | undefined {
  switch (command) {
    case 'drive-mirror':
    case 'drive-backup':
      if (args.text('mode') !== 'existing' || args.has('format')) return undefined;
      return probed('target', 'the image that is there', 'format=qcow2');
    case 'blockdev-change-medium':
      return args.has('format') ? undefined : probed('filename', 'the new medium', 'format=raw');
    case 'blockdev-create': {
      const options = new Members(args.value('options'));
      if (!RECORDING.has(options.text('driver') ?? '') || options.has('backing-fmt')) return undefined;
      if ((options.text('backing-file') ?? '') === '') return undefined;
      return probed('options.backing-file', 'the backing file', 'options.backing-fmt=qcow2');
    }
    default:
      return undefined;
  }
}

/** The formats that record a backing file's format beside its name. */
const RECORDING: ReadonlySet<string> = new Set(['qcow2', 'qed']);

function probed(argument: string, what: string, write: string): Caution {
  const message = `The format of ${what} is not given, so QEMU looks for one in its data, which a guest may have written.`;
  return refuse('format-probed', argument, message, [`say it: ${write}, or raw where it is raw`]);
}
