import { isObject, type Json } from '../qmp/json.ts';
import type { QmpEvent } from '../qmp/message.ts';
import type { Session } from '../qmp/session.ts';
import type { AwaitEventStep } from '../statements/step.ts';

/** How many events that nobody has asked for are kept at least for a `wait event`: a job that ignores its errors brings thousands a second. */
const KEPT = 10_000;

/** Forgets the oldest events of a session where many have gathered; `event` is its last one. */
export function keepFew(session: Session, { sequence }: QmpEvent): void {
  if (session.events.length > 2 * KEPT) session.forgetEvents(sequence - KEPT);
}

/** The events that a script may still wait for: those since its last change that it has not taken yet. */
export class EventLog {
  readonly #taken = new Set<number>();
  #session: Session;
  #mark = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Whatever came before now is nobody's any more. */
  markChange(): void {
    this.#mark = this.#session.events.at(-1)?.sequence ?? this.#mark;
    this.#session.forgetEvents(this.#mark + 1);
    this.#taken.clear();
  }

  /** Goes on with another session, of which nothing has been heard. */
  follow(session: Session): void {
    this.#session = session;
    this.#mark = 0;
    this.#taken.clear();
  }

  /** Takes the first event that a step waits for, if it has come. */
  take({ event, where }: AwaitEventStep): QmpEvent | undefined {
    const found = this.#session.events.find(
      one =>
        one.sequence > this.#mark &&
        one.event === event &&
        !this.#taken.has(one.sequence) &&
        agrees(one.data, where),
    );
    if (found) this.#taken.add(found.sequence);
    return found;
  }

  /** Takes an event that no script is to see. */
  hide({ sequence }: QmpEvent): void {
    this.#taken.add(sequence);
  }
}

/** Whether an event's data hold everything that `where` names. */
function agrees(data: Json, where: unknown): boolean {
  if (!isObject(where)) return data === where || String(data) === String(where);
  return isObject(data) && Object.entries(where).every(([key, value]) => agrees(data[key] ?? null, value));
}
