import { isObject, type Json, type JsonObject, parseJson, stringifyJson } from './json.ts';

/** Changes when a reader of an older trace would misunderstand a newer one. */
const VERSION = 1;

/** The first line of a trace. */
export interface TraceHeader {
  readonly qblk: string;
  /** The version of the QEMU that greeted first; each greeting in the trace tells its own. Missing where none did. */
  readonly qemu?: string;
  /** When the run began, and what `$now` was in it, in ISO form. */
  readonly started: string;
  /** Whether the QEMU was a sandbox's. */
  readonly sandbox: boolean;
}

/** One message on the wire. A connection begins with the greeting that is received. */
export interface TraceRecord {
  /** Milliseconds since 1970, with fractions. */
  readonly time: number;
  /** The endpoint, where the script has several. */
  readonly target?: string;
  readonly direction: 'send' | 'receive';
  readonly message: JsonObject;
}

/** A trace that was read. */
export interface Trace {
  readonly header: TraceHeader;
  /** In the order of the wire, each with its line in the file. */
  readonly records: readonly (TraceRecord & { readonly line: number })[];
}

/** The first line, without its end. */
export function writeTraceHeader({ qblk, qemu, started, sandbox }: TraceHeader): string {
  return JSON.stringify({ trace: VERSION, qblk, qemu, started, sandbox });
}

/** A further line, without its end; `text` is the message as compact JSON. */
export function writeTraceRecord({
  time,
  target,
  direction,
  text,
}: Omit<TraceRecord, 'message'> & { readonly text: string }): string {
  const who = target === undefined ? '' : `"target":${JSON.stringify(target)},`;
  return `{"time":${time.toFixed(3)},${who}"${direction}":${text}}`;
}

/** Reads a trace back, or says what is wrong with it. A last line that was cut off, as by a kill, is left out. */
export function readTrace(text: string): Trace | string {
  const lines = text.split('\n');
  const values = lines.map(line => (line.trim() === '' ? undefined : parsed(line)));
  const last = values.findLastIndex(value => value !== undefined);
  const [first] = values;
  if (!isObject(first) || first['trace'] === undefined) return 'its first line is not that of a trace';
  if (first['trace'] !== VERSION)
    return `it is a trace of version ${String(first['trace'])}, and this program reads version ${VERSION}`;
  const records: (TraceRecord & { readonly line: number })[] = [];
  for (const [at, value] of values.entries()) {
    if (at === 0 || value === undefined) continue;
    const record = isObject(value) ? recordOf(value, at + 1) : undefined;
    if (record) records.push(record);
    else if (at < last || lines.length > at + 1) return `line ${at + 1} is not a line of a trace`;
  }
  const { qblk, qemu, started, sandbox } = first;
  return {
    header: {
      qblk: String(qblk),
      ...(typeof qemu === 'string' ? { qemu } : {}),
      started: String(started),
      sandbox: sandbox === true,
    },
    records,
  };
}

function recordOf(value: JsonObject, line: number): (TraceRecord & { readonly line: number }) | undefined {
  const direction = 'send' in value ? 'send' : 'receive';
  const message = value[direction];
  const { time, target } = value;
  if (!isObject(message) || typeof time !== 'number') return undefined;
  return { time, ...(typeof target === 'string' ? { target } : {}), direction, message, line };
}

/** A line that is no JSON is null, which no line of a trace is. */
function parsed(line: string): Json {
  try {
    return parseJson(line);
  } catch {
    return null;
  }
}

/** A message as one line: a server with `pretty=on` sends several. */
export function onOneLine(text: string): string {
  return text.includes('\n') ? stringifyJson(parseJson(text)) : text;
}
