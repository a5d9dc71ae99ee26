import { plainPath } from '../../graph/file-users.ts';
import type { BlockGraph, Refusal } from '../../graph/graph.ts';
import { isObject } from '../../qmp/json.ts';
import { Arguments } from '../define.ts';
import { quoted, refuse } from './refusals.ts';

/** One name for an address of an NBD server or client, in QMP's words, old ones or new ones; undefined: some other kind. */
export function nbdAddress(address: unknown): string | undefined {
  const given = new Arguments(address);
  const members = given.has('data') ? new Arguments(given.value('data')) : given;
  const type = given.text('type');
  if (type === 'unix') return onSocket(members.text('path'));
  return type === 'inet' ? onPort(members.text('host'), members.text('port')) : undefined;
}

function onSocket(path: string | undefined): string | undefined {
  return path ? `unix:${plainPath(path)}` : undefined;
}

/** A server on every address of this host is met at its own. */
function onPort(host: string | undefined, port: string | undefined): string | undefined {
  if (host === undefined) return undefined;
  const isOwn = ['', '0.0.0.0', '127.0.0.1', '::', '::1', 'localhost'].includes(host);
  return `${isOwn ? 'localhost' : host}:${port ?? 10809}`;
}

/**
 * Why a QEMU should not connect to the NBD server that it runs itself: it waits for an answer in the very loop that would
 * give it, and does nothing else any more.
 */
export function connectsToItself(graph: BlockGraph, command: string, args: unknown): Refusal | undefined {
  if (graph.nbdAddress === undefined || !OPENING.has(command)) return undefined;
  const at = clientOf(args, graph.nbdAddress);
  if (at === undefined) return undefined;
  const message = `${quoted(graph.nbdAddress)} is the NBD server of this very QEMU, which would wait for itself and never answer again.`;
  const help = ['use the node that it serves'];
  return { ...refuse('own-nbd-server', at, message, help), harmful: true };
}

const OPENING: ReadonlySet<string> = new Set([
  'blockdev-add',
  'blockdev-snapshot-sync',
  'drive-backup',
  'drive-mirror',
  'transaction',
]);

/** The path of the argument, members of lists and objects included, that opens this address. */
function clientOf(value: unknown, address: string, path: readonly string[] = []): string | undefined {
  if (typeof value === 'string') return named(value) === address ? path.join('.') : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const given = new Arguments(value);
  if (given.text('driver') === 'nbd' && clientAddress(given) === address) {
    const member = ['server', 'path', 'host'].find(name => given.has(name)) ?? 'driver';
    return [...path, member].join('.');
  }
  for (const [key, member] of Object.entries(value)) {
    const at = clientOf(member, address, [...path, key]);
    if (at !== undefined) return at;
  }
  return undefined;
}

function clientAddress(given: Arguments): string | undefined {
  const server = given.value('server');
  if (isObject(server)) return nbdAddress(server);
  return onSocket(given.text('path')) ?? onPort(given.text('host'), given.text('port'));
}

/** The address in a name such as `nbd:unix:PATH:exportname=…`, `nbd://HOST:PORT/…` or `nbd+unix:///…?socket=PATH`. */
function named(text: string): string | undefined {
  const socket =
    /^nbd:unix:([^:]+)/.exec(text)?.[1] ??
    /^nbd\+unix:\/\/.*[?&]socket=([^&]+)/.exec(text)?.[1]?.replaceAll('%2F', '/');
  if (socket !== undefined) return onSocket(socket);
  const [, host, port] = /^nbd(?:\+tcp)?:(?:\/\/)?(?:\[?([^\]/]*?)\]?)(?::(\d+))?(?:[:/]|$)/.exec(text) ?? [];
  return host === undefined ? undefined : onPort(host, port);
}
