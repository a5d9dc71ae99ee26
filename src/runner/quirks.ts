import type { Session } from '../qmp/session.ts';

/**
 * Whether this QEMU crashes at query-named-block-nodes from a stream's end until its job is dismissed, whoever asks. 7.2
 * does; 5.2, 10.0 and 11.1 do not. No feature of the schema tells the versions between apart, so they count as ones that crash.
 */
export function diesOfUndismissedStreams({ greeting }: Session): boolean {
  return greeting.version.major >= 6 && greeting.version.major < 10;
}
