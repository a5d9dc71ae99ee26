import type { Refusal } from '../graph/graph.ts';
import { Later } from '../qapi/placeholder.ts';
import { type PlannedObject, plannedObject } from './datum.ts';
import { refuse, type StatementDefinition } from './define.ts';
import { further, text } from './given.ts';
import { atMostSocket, execute } from './step.ts';

export const nbdStart: StatementDefinition = {
  verb: 'nbd start',
  summary: 'Start the NBD server, which serves exports to clients',
  details:
    'A QEMU has one. It serves nothing by itself: `export add` says what. A path is seen from the working folder of QEMU, which makes a socket there and removes it when the server stops; a file that is there is not lost. ' +
    'Whoever can connect can read and, where an export is writable, write: on a network ask for certificates with `tls-creds=`.',
  command: 'nbd-server-start',
  parameters: [
    {
      name: 'address',
      kind: { is: 'string' },
      required: true,
      argument: 'addr',
      summary: 'where clients connect: HOST:PORT or unix:PATH',
    },
    { name: 'tls-creds', kind: { is: 'string' }, summary: 'the id of the TLS credentials that clients need' },
    {
      name: 'max-connections',
      kind: { is: 'integer' },
      summary: 'how many clients there can be at once; 0 is any number',
    },
  ],
  examples: [
    {
      title: 'Serve a disk to programs of the same host',
      script:
        'chain disk0: A <- B\nnbd start unix:nbd.sock\nexport add B id=x0 name=disk\nexport del x0\nnbd stop\n',
    },
  ],
  lower(call) {
    const given = text(call, 'address') ?? new Later('the address');
    const addr = given instanceof Later ? given : addressOf(given);
    if ('refused' in addr) return addr as Refusal;
    const members = { addr, 'tls-creds': text(call, 'tls-creds') };
    const most = call.given['max-connections'];
    const start = plannedObject({ ...members, 'max-connections': most, ...further(call) } as PlannedObject);
    return {
      steps: [...atMostSocket('nbd-server-start', start, 'address'), execute('nbd-server-start', start)],
    };
  },
};

/** HOST:PORT or unix:PATH as QMP has it; an IPv6 address stands in brackets. */
function addressOf(written: string): PlannedObject | Refusal {
  const path = /^unix:(.+)$/s.exec(written)?.[1];
  if (path !== undefined) return { type: 'unix', data: { path } };
  const inet = /^(?:\[(?<six>[^\]]+)\]|(?<name>[^:[\]/]+)):(?<port>\d{1,5})$/.exec(written)?.groups;
  const host = inet?.['six'] ?? inet?.['name'];
  const port = inet?.['port'];
  if (host !== undefined && port !== undefined && Number(port) < 65536)
    return { type: 'inet', data: { host, port } };
  return refuse({
    argument: 'address',
    code: 'bad-address',
    message: `\`${written}\` is no address for an NBD server`,
    help: [
      'write HOST:PORT, such as localhost:10809, or unix:PATH',
      'an IPv6 address stands in brackets, and in quotes because of them: "[::1]:10809"',
    ],
  });
}

export const nbdStop: StatementDefinition = {
  verb: 'nbd stop',
  summary: 'Stop the NBD server',
  details: 'Its exports end with it, and its clients lose their connections.',
  parameters: [],
  examples: [{ title: 'Stop serving', script: 'chain disk0: A\nnbd start localhost:10809\nnbd stop\n' }],
  lower: () => ({ steps: [execute('nbd-server-stop')] }),
};
