import { isObject, stringifyJson } from '../qmp/json.ts';
import type { QmpEvent } from '../qmp/message.ts';
import { jobOf } from '../runner/job-record.ts';
import { harmless } from '../text/harmless.ts';
import type { Settings } from './settings.ts';

/** What is told of an event, in a line; undefined where the setting leaves it out. `name` is the endpoint that it comes from. */
export function eventLine(
  event: QmpEvent,
  wanted: Settings['events'],
  name: string | undefined,
): string | undefined {
  if (wanted === 'off') return undefined;
  const text = wanted === 'all' ? wholeText(event) : (jobText(event) ?? guestText(event));
  return text === undefined ? undefined : harmless(name === undefined ? text : `@${name} ${text}`);
}

function wholeText({ event, data, timestamp: { seconds, microseconds } }: QmpEvent): string {
  const at = new Date(seconds * 1000 + microseconds / 1000).toISOString().slice(11, 23);
  return `${at} ${event} ${stringifyJson(data)}`;
}

function jobText(event: QmpEvent): string | undefined {
  const id = jobOf(event);
  if (id === undefined) return undefined;
  const { error, reason, operation, action, status } = event.data;
  switch (event.event) {
    case 'BLOCK_JOB_READY':
      return `job ${id}: ready`;
    case 'BLOCK_JOB_PENDING':
      return `job ${id}: waits to be finalized`;
    case 'BLOCK_JOB_CANCELLED':
      return `job ${id}: cancelled`;
    case 'BLOCK_JOB_COMPLETED':
      return error === undefined ? `job ${id}: done` : `job ${id}: failed: ${String(error)}`;
    case 'BLOCK_JOB_ERROR':
      return `job ${id}: ${String(operation)} error${reason === undefined ? '' : `: ${String(reason)}`} (${String(action)})`;
    case 'JOB_STATUS_CHANGE':
      return status === 'created' ? `job ${id}: created` : undefined;
    default:
      return undefined;
  }
}

/** What happens to the guest, its disks and what is served of them. */
const GUEST =
  /^(STOP|RESUME|SHUTDOWN|RESET|POWERDOWN|SUSPEND|SUSPEND_DISK|WAKEUP|GUEST_PANICKED|GUEST_CRASHLOADED|WATCHDOG|DEVICE_DELETED|MIGRATION|BLOCK_(?!JOB_).*|QUORUM_.*)$/;

function guestText({ event, data }: QmpEvent): string | undefined {
  if (!GUEST.test(event)) return undefined;
  const members = isObject(data) ? Object.entries(data) : [];
  const words = members.map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : stringifyJson(value)}`,
  );
  return [event, ...words].join(' ');
}
