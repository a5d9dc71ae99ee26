import { amendBitmap } from '../../graph/bitmaps.ts';
import type { BlockGraph, BlockJob, BlockNode, Refusal } from '../../graph/graph.ts';
import { type Arguments, isRefusal } from '../define.ts';
import { bitmapNamed, checkBitmap } from '../rules/bitmaps.ts';
import { forgetBusy } from '../rules/export-bitmaps.ts';
import { saidByQemu } from '../rules/qemu-error.ts';
import { quoted, refuse } from '../rules/refusals.ts';

/** Why a backup of `source` can't use a bitmap as these arguments say, in the order that QEMU looks at them. */
export function checkBackupBitmap(
  graph: BlockGraph,
  args: Arguments,
  source: BlockNode,
): Refusal | undefined {
  const sync = args.text('sync');
  const name = args.text('bitmap');
  const given = args.text('bitmap-mode');
  const goesBy = sync === 'incremental' || sync === 'bitmap';
  if (goesBy && name === undefined && !args.has('bitmap')) {
    const message = `A backup with \`sync=${sync}\` copies what a bitmap noted, and none is named.`;
    return saidByQemu(
      refuse('bitmap-missing', 'sync', message, ['add bitmap=NAME']),
      `must provide a valid bitmap name for '${sync}' sync mode`,
    );
  }
  if (sync === 'incremental' && given !== undefined && given !== 'on-success') {
    const message = `\`sync=incremental\` clears the bitmap when it succeeds, so it can't have \`bitmap-mode=${given}\`.`;
    return saidByQemu(
      refuse('bitmap-mode', 'bitmap-mode', message, [`write sync=bitmap bitmap-mode=${given}`]),
      "Bitmap sync mode must be 'on-success' when using sync mode 'incremental'",
    );
  }
  if (name === undefined) return given === undefined || args.has('bitmap') ? undefined : modeAlone(given);
  const found = bitmapNamed(graph, source, name, 'bitmap');
  if (isRefusal(found)) return saidByQemu(found, `Bitmap '${name}' could not be found`);
  const mode = sync === 'incremental' ? 'on-success' : given;
  if (mode === undefined && !args.has('bitmap-mode')) {
    return saidByQemu(
      refuse(
        'bitmap-mode',
        'bitmap',
        `What is to become of the bitmap ${quoted(name)} afterwards is not said.`,
        ['add bitmap-mode=on-success, always or never'],
      ),
      'Bitmap sync mode must be given when providing a bitmap',
    );
  }
  const use = mode === undefined || mode === 'never' ? 'read' : 'change';
  return (
    checkBitmap(found, 'read', 'bitmap') ?? checkMeaning(sync, mode) ?? checkBitmap(found, use, 'bitmap')
  );
}

function modeAlone(mode: string): Refusal {
  return saidByQemu(
    refuse('bitmap-mode', 'bitmap-mode', `\`bitmap-mode=${mode}\` says nothing without a bitmap.`, [
      'add bitmap=NAME, or leave bitmap-mode out',
    ]),
    'Cannot specify bitmap sync mode without a bitmap',
  );
}

function checkMeaning(sync: string | undefined, mode: string | undefined): Refusal | undefined {
  if (sync === 'none') {
    return saidByQemu(
      refuse(
        'bitmap-mode',
        'bitmap',
        'A backup with `sync=none` has no end at which a bitmap would be right.',
        ['use sync=full, top or bitmap'],
      ),
      "sync mode 'none' does not produce meaningful bitmap outputs",
    );
  }
  if (mode !== 'never' || (sync !== 'full' && sync !== 'top')) return undefined;
  const message = `With \`sync=${sync}\` the bitmap says nothing of what is copied, and \`bitmap-mode=never\` leaves it as it is: it would be of no use.`;
  return saidByQemu(
    refuse('bitmap-mode', 'bitmap-mode', message, [
      'leave the bitmap out, or write bitmap-mode=on-success or always',
    ]),
    `Bitmap sync mode 'never' has no meaningful effect when combined with sync mode '${sync}'`,
  );
}

/** The graph with the bitmap of a starting backup in use, until releaseBitmap. */
export function takeBitmap(graph: BlockGraph, args: Arguments, source: BlockNode): BlockGraph {
  const name = args.text('bitmap');
  return name === undefined ? graph : amendBitmap(graph, source.name, name, { busy: true });
}

/**
 * The graph once a job has ended, however it ended: its bitmap is free again. What QEMU took from it (on-success: all, when
 * the job succeeded; always: what was copied; never: nothing) shows only in how much it notes, which is not known here.
 */
export function releaseBitmap(graph: BlockGraph, job: BlockJob): BlockGraph {
  if (job.type !== 'backup') return graph;
  const source = job.on?.['device'];
  if (source !== undefined && job.bitmap !== undefined)
    return amendBitmap(graph, source, job.bitmap, { busy: false });
  // A backup that was started here has `sync`; what one that was found running uses can't be asked.
  return job.sync === undefined ? forgetBusy(graph, source) : graph;
}
