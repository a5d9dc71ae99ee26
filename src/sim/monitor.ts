import { isObject, type Json, type JsonObject } from '../qmp/json.ts';
import { JsonReader } from './json-reader.ts';
import { versionRecord } from './machine.ts';
import type { Simulator } from './simulator.ts';
import type { Said } from './turn.ts';

/** What one client of a simulator says and hears: the greeting, the negotiation, and messages in and out. */
export class Monitor {
  readonly #simulator: Simulator;
  readonly #reader = new JsonReader();
  #negotiated = false;

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
  }

  greeting(): JsonObject {
    return { QMP: { version: versionRecord(this.#simulator.machine.version), capabilities: [] } };
  }

  /** What there is to answer to these bytes, in order. After `quit` nothing is read any more. */
  read(chunk: Uint8Array): JsonObject[] {
    const messages: JsonObject[] = [];
    for (const incoming of this.#reader.push(chunk)) {
      if (this.#simulator.ended) break;
      if ('fault' in incoming) messages.push(generic(incoming.fault));
      else messages.push(...this.#take(incoming.message));
    }
    return messages;
  }

  /** What a client gets of what happens beside its commands: everything, once it has negotiated. */
  hear(said: readonly Said[]): JsonObject[] {
    return this.#negotiated ? said.map(one => one as JsonObject) : [];
  }

  #take(message: Json): JsonObject[] {
    if (!isObject(message)) return [generic('QMP input must be a JSON object')];
    const id = 'id' in message ? { id: message['id'] as Json } : {};
    const fault = shapeFault(message);
    if (fault !== undefined) return [{ ...generic(fault), ...id }];
    const said = this.#execute(String(message['execute']), (message['arguments'] ?? {}) as JsonObject);
    return said.map(one => ('event' in one ? one : { ...one, ...id }) as JsonObject);
  }

  #execute(command: string, args: JsonObject): readonly Said[] {
    if (command === 'qmp_capabilities') return [this.#negotiate(args)];
    if (this.#negotiated) return this.#simulator.execute(command, args);
    return [notFound("Expecting capabilities negotiation with 'qmp_capabilities'")];
  }

  #negotiate(args: JsonObject): Said {
    if (this.#negotiated) return notFound('Capabilities negotiation is already complete, command ignored');
    const wanted = args['enable'];
    if (Array.isArray(wanted) && wanted.length > 0) return generic(`Capability ${wanted[0]} not available`);
    this.#negotiated = true;
    return { return: {} };
  }
}

function notFound(desc: string): Said {
  return { error: { class: 'CommandNotFound', desc } };
}

function generic(desc: string) {
  return { error: { class: 'GenericError', desc } };
}

/** What is wrong with a message before any command is looked for. */
function shapeFault(message: JsonObject): string | undefined {
  for (const [name, value] of Object.entries(message)) {
    if (name === 'execute') {
      if (typeof value !== 'string') return "QMP input member 'execute' must be a string";
    } else if (name === 'arguments') {
      if (!isObject(value)) return "QMP input member 'arguments' must be an object";
    } else if (name !== 'id') {
      return `QMP input member '${name}' is unexpected`;
    }
  }
  return 'execute' in message ? undefined : "QMP input lacks member 'execute'";
}
