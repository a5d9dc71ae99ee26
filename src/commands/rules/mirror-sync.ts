import type { Refusal } from '../../graph/graph.ts';
import type { Arguments } from '../define.ts';
import { saidByQemu } from './qemu-error.ts';
import { refuse } from './refusals.ts';

/** A mirror's schema names the sync modes of a backup as well, and QEMU refuses them once the command is sent. */
export function checkMirrorSync(args: Arguments): Refusal | undefined {
  const sync = args.text('sync');
  if (sync !== 'incremental' && sync !== 'bitmap') return undefined;
  const message = `No QEMU mirrors with sync=${sync}: what a bitmap has marked is copied by a backup.`;
  const bitmap = args.text('bitmap') ?? 'BITMAP';
  return saidByQemu(
    refuse('sync-of-backup', 'sync', message, [
      `write backup ${args.text('device') ?? 'D'} target=… sync=${sync} bitmap=${bitmap}${sync === 'bitmap' ? ' bitmap-mode=on-success' : ''}, or the QMP command blockdev-backup`,
      'a mirror takes sync=full, top or none',
    ]),
    `Sync mode '${sync}' not supported`,
  );
}
