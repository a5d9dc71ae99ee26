import { fileKey } from '../graph/files.ts';
import { isObject } from '../qmp/json.ts';
import { Arguments } from './define.ts';
import { filesMadeBy } from './images/files-made.ts';

/** What a script may have made itself. A bitmap is named `NODE/BITMAP`, the NBD server by nothing. */
export type OwnKind = 'bitmap' | 'file' | 'job' | 'nbd-server' | 'node';

/** Whether a script has made something itself. */
export type IsOwn = (kind: OwnKind, name: string) => boolean;

/** Something that a script has made, or has taken away again. */
export interface OwnChange {
  readonly kind: OwnKind;
  readonly name: string;
  readonly isGone?: true;
}

/** What a command makes, or takes away, once it is carried out. */
export function changesOfOwn(command: string, members: unknown): OwnChange[] {
  const args = new Arguments(members);
  const bitmap = `${args.text('node')}/${args.text('name')}`;
  switch (command) {
    case 'transaction':
      return actionsOf(args).flatMap(({ type, data }) => changesOfOwn(String(type), data));
    case 'block-dirty-bitmap-add':
      return [{ kind: 'bitmap', name: bitmap }];
    case 'block-dirty-bitmap-remove':
      return [{ kind: 'bitmap', name: bitmap, isGone: true }];
    case 'nbd-server-start':
      return [{ kind: 'nbd-server', name: '' }];
    case 'nbd-server-stop':
      return [{ kind: 'nbd-server', name: '', isGone: true }];
    case 'blockdev-add':
      return namesIn(members).map(name => ({ kind: 'node', name }));
    case 'blockdev-del':
      return [{ kind: 'node', name: args.text('node-name') ?? '', isGone: true }];
    case 'job-dismiss':
    case 'block-job-dismiss':
      return [{ kind: 'job', name: args.text('id') ?? '', isGone: true }];
    default:
      return [...jobStartedBy(command, args), ...filesOf(command, members)];
  }
}

function filesOf(command: string, members: unknown): OwnChange[] {
  return filesMadeBy(command, members).map(({ filename }) => ({
    kind: 'file',
    name: fileKey(filename) ?? filename,
  }));
}

/** Without an id a job has the name of the block backend that it is started on. */
function jobStartedBy(command: string, args: Arguments): OwnChange[] {
  const id = args.text('job-id') ?? (STARTS_JOB.test(command) ? args.text('device') : undefined);
  return id === undefined ? [] : [{ kind: 'job', name: id }];
}

const STARTS_JOB = /^(?:block-(?:stream|commit)|(?:blockdev|drive)-(?:mirror|backup))$/;

function actionsOf(args: Arguments) {
  const actions = args.value('actions');
  return Array.isArray(actions) ? actions.filter(isObject) : [];
}

/** The names of the nodes that a definition opens, itself and those inside of it. */
function namesIn(definition: unknown): string[] {
  if (!isObject(definition)) return [];
  const name = definition['node-name'];
  return [...(typeof name === 'string' ? [name] : []), ...Object.values(definition).flatMap(namesIn)];
}
