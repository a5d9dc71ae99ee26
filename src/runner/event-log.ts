import { isObject, type Json } from '../qmp/json.ts';
import type { QmpEvent } from '../qmp/message.ts';
import type { Session } from '../qmp/session.ts';
import type { AwaitEventStep } from '../statements/step.ts';

/**
 * The events that a script may still wait for: those since its last change that it has not taken yet. Of the same event that
 * comes again and again the latest 10 000 are kept at least; a flood of one drives out none of another.
 */
export class EventLog {
  readonly #waiting = new Map<string, QmpEvent[]>();
  #session: Session;

  constructor(session: Session) {
    this.#session = session;
    for (const event of session.events) this.see(event);
  }

  /** Takes note of an event of the session. */
  see(event: QmpEvent): void {
    const same = this.#waiting.get(event.event) ?? [];
    if (same.length === 0) this.#waiting.set(event.event, same);
    same.push(event);
    if (same.length > 2 * KEPT) same.splice(0, KEPT);
    keepFew(this.#session, event);
  }

  /** Whatever came before now is nobody's any more. */
  markChange(): void {
    this.#waiting.clear();
    this.#session.forgetEvents(Number.POSITIVE_INFINITY);
  }

  /** Goes on with another session, of which nothing has been heard. */
  follow(session: Session): void {
    this.#session = session;
    this.#waiting.clear();
  }

  /** Takes the first event that a step waits for, if it has come. */
  take({ event, where }: AwaitEventStep): QmpEvent | undefined {
    const same = this.#waiting.get(event) ?? [];
    const at = same.findIndex(({ data }) => agrees(data, where));
    return at === -1 ? undefined : same.splice(at, 1)[0];
  }
}

const KEPT = 10_000;

/** Forgets the oldest events of a session where many have gathered; `event` is its last one. */
export function keepFew(session: Session, event: QmpEvent): void {
  if (session.events.length > 2 * KEPT) session.forgetEvents(event.sequence - KEPT);
}

/** Whether an event's data hold everything that `where` names. */
function agrees(data: Json, where: unknown): boolean {
  if (!isObject(where)) return data === where || String(data) === String(where);
  return isObject(data) && Object.entries(where).every(([key, value]) => agrees(data[key] ?? null, value));
}
