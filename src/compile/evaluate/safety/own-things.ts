import { changesOfOwn, type IsOwn } from '../../../commands/own.ts';
import type { Step } from '../../../statements/step.ts';
import type { Scope } from '../scope.ts';

/** What a script has made so far on each of its QEMUs. Nobody else has put anything there, so the script may lose it again. */
export class OwnThings {
  readonly #things: Set<string>;

  constructor(things: Iterable<string> = []) {
    this.#things = new Set(things);
  }

  copy(): OwnThings {
    return new OwnThings(this.#things);
  }

  /** Takes note of a step that was carried out on the QEMU of an endpoint. */
  note(step: Step, endpoint: string): void {
    if (step.kind !== 'execute') return;
    for (const { kind, name, isGone } of changesOfOwn(step.command, step.arguments)) {
      const key = keyOf(endpoint, kind, name);
      if (isGone) this.#things.delete(key);
      else this.#things.add(key);
    }
  }

  at(endpoint: string): IsOwn {
    return (kind, name) => this.#things.has(keyOf(endpoint, kind, name));
  }
}

interface Owner {
  readonly own: OwnThings;
  readonly scope: Scope;
}

/** What the script has made on the QEMU that a statement goes to. */
export function ownIn({ own, scope }: Owner): IsOwn {
  return own.at(scope.endpoint);
}

/** Takes note of a step that was carried out there. */
export function noteOwn(step: Step, { own, scope }: Owner): void {
  own.note(step, scope.endpoint);
}

function keyOf(...parts: readonly string[]): string {
  return parts.join('\n');
}
