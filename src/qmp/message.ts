import { isObject, type Json, type JsonObject } from './json.ts';

/** What QEMU says of itself before anything is asked. */
export interface Greeting {
  readonly version: { readonly major: number; readonly minor: number; readonly micro: number };
  /** The distribution's own version, such as `Debian 1:7.2+dfsg-7+deb12u18`; often empty. */
  readonly package: string;
  /** What could be negotiated: `oob`, or nothing. */
  readonly capabilities: readonly string[];
}

/** When QEMU made an event, by its host's clock. Both are -1 where that clock failed. */
export interface Timestamp {
  readonly seconds: number;
  readonly microseconds: number;
}

/** Something QEMU says unasked, under QMP's own spelling. */
export interface QmpEvent {
  /** Its place among all events of the connection, counted from 1 in the order on the wire. */
  readonly sequence: number;
  readonly event: string;
  /** Empty for an event that carries nothing. */
  readonly data: JsonObject;
  readonly timestamp: Timestamp;
}

/** The answer to a command: one of `return` and `error`. QEMU leaves `id` out when it could not read the command. */
export type Reply =
  | { readonly id?: Json; readonly return: Json; readonly error?: never }
  | { readonly id?: Json; readonly error: { readonly class: string; readonly desc: string } };

const NOTHING: JsonObject = {};
const NO_TIME: Timestamp = { seconds: -1, microseconds: -1 };

/** The greeting that a message holds, or undefined where it is none. */
export function readGreeting(message: JsonObject): Greeting | undefined {
  const said = message['QMP'];
  if (!isObject(said) || !isObject(said['version'])) return undefined;
  const { qemu, package: vendor } = said['version'];
  if (!isObject(qemu)) return undefined;
  const { major, minor, micro } = qemu;
  if (typeof major !== 'number' || typeof minor !== 'number' || typeof micro !== 'number') return undefined;
  const offered = Array.isArray(said['capabilities']) ? (said['capabilities'] as readonly Json[]) : [];
  return {
    version: { major, minor, micro },
    package: typeof vendor === 'string' ? vendor : '',
    capabilities: offered.filter(capability => typeof capability === 'string'),
  };
}

/** The reply that a message is, or undefined where it is none. */
export function readReply(message: JsonObject): Reply | undefined {
  if ('return' in message) return message as unknown as Reply;
  const error = message['error'];
  if (!isObject(error) || typeof error['class'] !== 'string' || typeof error['desc'] !== 'string')
    return undefined;
  return message as unknown as Reply;
}

/** The event that a message is, under the number it is to have, or undefined where it is none. */
export function readEvent(message: JsonObject, sequence: number): QmpEvent | undefined {
  const { event, data, timestamp } = message;
  if (typeof event !== 'string') return undefined;
  return {
    sequence,
    event,
    data: isObject(data) ? data : NOTHING,
    timestamp: isObject(timestamp) ? (timestamp as unknown as Timestamp) : NO_TIME,
  };
}
