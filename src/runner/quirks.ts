import type { Session } from '../qmp/session.ts';

/**
 * The type of job beside which this QEMU crashes at query-named-block-nodes from the job's end until it is dismissed, whoever
 * asks: a backup on 5.2, a stream on 7.2, none on 10.0 and 11.1. No feature of the schema tells the versions between apart, so
 * they count as ones that crash.
 */
export function deadlyUndismissed({ greeting }: Session): 'backup' | 'stream' | undefined {
  const { major } = greeting.version;
  if (major < 6) return 'backup';
  return major < 10 ? 'stream' : undefined;
}
