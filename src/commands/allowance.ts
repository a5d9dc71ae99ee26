import { isObject } from '../qmp/json.ts';
import { commandModels } from './index.ts';

/** A command that reaches beyond the block layer, so that whoever runs a script has to allow it on a QEMU that runs. */
export interface Need {
  readonly command: string;
  /** The place of the action of a transaction, as a path; empty for a command by itself. */
  readonly argument: string;
  /** What it reaches, where that is more than the name tells. */
  readonly reaches?: 'monitor' | 'program' | 'file';
}

/** The families of commands for the block layer, its jobs and what it serves; queries change nothing. */
const FAMILIES =
  /^(?:x-)?(?:block[-_]|blockdev-|drive-|job-|nbd-server-|snapshot-|query-|debug-query-|debug-block-)/;

/** Commands of the block layer and of the run of the guest that no family's name tells. */
const SINGLE: ReadonlySet<string> = new Set([
  ...['abort', 'change-backing-file', 'eject'],
  ...['cont', 'stop', 'quit', 'qmp_capabilities'],
]);

/**
 * Why a command needs to be allowed by its name, if so: it is none of the block layer, of jobs, of exports, of queries, and
 * does not merely stop, continue or end QEMU. Of a transaction the first such action is meant. `allowed` are the names that
 * were given, where `*` stands for any characters. Pure, and never throws, whatever the arguments are.
 */
export function needsAllowance(
  command: string,
  args: unknown,
  allowed: ReadonlySet<string> = new Set(),
): Need | undefined {
  if (command === 'transaction') return inActions(args, allowed);
  if (FAMILIES.test(command) || SINGLE.has(command) || commandModels.has(command)) return undefined;
  if ([...allowed].some(pattern => matches(pattern, command))) return undefined;
  const reaches = whatItReaches(command, args);
  return { command, argument: '', ...(reaches ? { reaches } : {}) };
}

function inActions(args: unknown, allowed: ReadonlySet<string>): Need | undefined {
  const actions = isObject(args) ? args['actions'] : undefined;
  for (const [at, action] of Array.isArray(actions) ? actions.entries() : []) {
    const type = isObject(action) ? action['type'] : undefined;
    const need = typeof type === 'string' && type !== 'transaction' && needsAllowance(type, {}, allowed);
    if (need) return { ...need, argument: `actions.${at}.type` };
  }
  return undefined;
}

function whatItReaches(command: string, args: unknown): Need['reaches'] {
  if (command === 'human-monitor-command') return 'monitor';
  if (!command.startsWith('migrate') || !isObject(args)) return undefined;
  const { uri, channels } = args;
  const transports = (Array.isArray(channels) ? channels : []).flatMap(channel =>
    isObject(channel) && isObject(channel['addr']) ? [channel['addr']['transport']] : [],
  );
  const ways = [typeof uri === 'string' ? uri.replace(/:.*$/s, '') : undefined, ...transports];
  return ways.includes('exec') ? 'program' : ways.includes('file') ? 'file' : undefined;
}

function matches(pattern: string, command: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === command;
  const source = [first, ...rest].map(part => part.replace(/[^\w-]/g, '\\$&')).join('.*');
  return new RegExp(`^${source}$`).test(command);
}
