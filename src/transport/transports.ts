import type { Duplex } from 'node:stream';
import { ConnectError } from '../qmp/errors.ts';
import type { Transport } from './transport.ts';

/** What is known of a transport before it is loaded. */
interface Row {
  /** How its addresses are written; missing where there is nothing to connect to. */
  readonly form?: string;
  /** Whether the QEMU may be on another host, where this one's paths mean nothing. */
  readonly isElsewhere: boolean;
  /** Whether the same QEMU can be reached a second time: a program that is started anew may be another QEMU. */
  readonly canReconnect: boolean;
  /** How many milliseconds pass at most until the greeting of a QEMU that is well. */
  readonly greetingTimeout: number;
  load(): Promise<Transport>;
}

/** By the scheme of their addresses. */
const transports: Readonly<Record<string, Row>> = {
  unix: {
    form: 'unix:PATH',
    isElsewhere: false,
    canReconnect: true,
    greetingTimeout: 2000,
    load: async () => (await import('./unix.ts')).unix,
  },
  tcp: {
    form: 'tcp:HOST:PORT',
    isElsewhere: true,
    canReconnect: true,
    greetingTimeout: 2000,
    load: async () => (await import('./tcp.ts')).tcp,
  },
  tls: {
    form: 'tls:HOST:PORT[?ca=FILE&cert=FILE&key=FILE&server-name=NAME]',
    isElsewhere: true,
    canReconnect: true,
    greetingTimeout: 2000,
    load: async () => (await import('./tls.ts')).tls,
  },
  ssh: {
    form: 'ssh://[USER@]HOST[:PORT]/PATH',
    isElsewhere: true,
    canReconnect: true,
    greetingTimeout: 5000,
    load: async () => (await import('./ssh.ts')).ssh,
  },
  exec: {
    form: "'exec:PROGRAM WORD…'",
    isElsewhere: true,
    canReconnect: false,
    greetingTimeout: 15_000,
    load: async () => (await import('./exec.ts')).exec,
  },
  libvirt: {
    isElsewhere: false,
    canReconnect: true,
    greetingTimeout: 2000,
    load: async () => (await import('./libvirt.ts')).libvirt,
  },
};

/** How addresses are written, for messages. */
const ADDRESS_FORMS = [
  'a path',
  ...Object.values(transports).flatMap(({ form }) => (form === undefined ? [] : [form])),
] as const;

interface Found extends Row {
  readonly scheme: string;
  readonly rest: string;
}

/** By scheme: a thousand connections ask for a module once. */
const loaded = new Map<string, Promise<Transport>>();

function load({ scheme, load }: Found): Promise<Transport> {
  const transport = loaded.get(scheme) ?? load();
  loaded.set(scheme, transport);
  return transport;
}

/** The transport of an address, or what is wrong with its scheme. Text without a scheme is a path. */
function transportOf(uri: string): Found | ConnectError {
  const [, scheme = 'unix', rest = uri] = /^([A-Za-z][A-Za-z0-9+-]*):(.*)$/s.exec(uri) ?? [];
  if (Object.hasOwn(transports, scheme)) return { ...(transports[scheme] as Row), scheme, rest };
  return new ConnectError(uri, `\`${scheme}:\` is not a kind of address known here`, {
    help: [`there is ${ADDRESS_FORMS.join(', ')}`, `a file of that name is written ./${uri}`],
  });
}

/** Connects to a QMP monitor within `timeout` milliseconds (5000 without it), or rejects with a ConnectError. */
export async function connect(uri: string, { timeout = 5000 }: { timeout?: number } = {}): Promise<Duplex> {
  const found = transportOf(uri);
  if (found instanceof ConnectError) throw found;
  return (await load(found)).connect(found.rest, uri, timeout);
}

/** Who else could use the monitor at an address: words for a warning, where anybody can who should not. */
export async function exposureOf(uri: string): Promise<string | undefined> {
  const found = transportOf(uri);
  return found instanceof ConnectError ? undefined : (await load(found)).exposure?.(found.rest);
}

/** Whether the QEMU at an address may be on another host. */
export function isElsewhere(uri: string): boolean {
  const found = transportOf(uri);
  return !(found instanceof ConnectError) && found.isElsewhere;
}

/** Whether a lost connection to an address can be made again. */
export function canReconnect(uri: string): boolean {
  const found = transportOf(uri);
  return !(found instanceof ConnectError) && found.canReconnect;
}

/** How many milliseconds the QEMU at an address has for its greeting. */
export function greetingTimeoutOf(uri: string): number | undefined {
  const found = transportOf(uri);
  return found instanceof ConnectError ? undefined : found.greetingTimeout;
}
