import type { SshPlace } from './ssh-address.ts';

/** Why ssh did not get there, and what to do about it, a line each. */
export interface SshReason {
  readonly reason: string;
  readonly help: readonly string[];
}

/** Why a master did not log in, from its log and how it ended. */
export function loginReason(
  { destination, port }: SshPlace,
  log: string,
  ended: { readonly code?: string | undefined; readonly timedOut?: boolean },
): SshReason {
  const byHand = `ssh ${port === undefined ? '' : `-p ${port} `}${destination}`;
  if (ended.code === 'ENOENT')
    return { reason: 'there is no program ssh', help: ['install the OpenSSH client'] };
  if (ended.timedOut) return { reason: 'logging in took too long', help: [`try it by hand: ${byHand}`] };
  const said = lastLines(log);
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED/.test(log))
    return {
      reason:
        'the host has another key than the one that is known: it is another host, or somebody is in between',
      help: [
        'ask whoever runs the host whether its key has changed; if so, forget the old one: ssh-keygen -R HOST',
        `then accept the new one once: ${byHand}`,
      ],
    };
  if (/Host key verification failed/.test(log))
    return {
      reason: 'the key of the host is not known yet',
      help: [`log in once by hand, and accept the key if it is the right one: ${byHand}`],
    };
  if (/Permission denied|Too many authentication failures/.test(log))
    return {
      reason: `the host does not let you in: ${said}`,
      help: [
        `see that this works without a question: ${byHand} true`,
        'give it a key that the host knows (ssh-copy-id), or load yours into the agent (ssh-add)',
      ],
    };
  if (/Could not resolve hostname/.test(log))
    return { reason: 'the name of the host is not known', help: [`ssh said: ${said}`] };
  if (/Connection refused/.test(log))
    return {
      reason: 'no ssh server listens there',
      help: ['see that the host runs one, and on which port: ssh://HOST:PORT/PATH'],
    };
  if (/timed out|No route to host|Network is unreachable/.test(log))
    return { reason: `the host does not answer: ${said}`, help: [`try it by hand: ${byHand}`] };
  return { reason: said || 'ssh failed without a word', help: [`try it by hand: ${byHand}`] };
}

const FORWARDING =
  'the sshd_config of the host needs `AllowStreamLocalForwarding yes`, which is its default, and no `DisableForwarding yes`';

/** Why a master could not reach the socket, from its log and what a shell of that host found there. */
export function forwardReason({ destination, path }: SshPlace, log: string, found?: number): SshReason {
  if (/administratively prohibited/.test(log))
    return {
      reason: 'the ssh server of the host does not let sockets be forwarded',
      help: [FORWARDING],
    };
  switch (found) {
    case 71:
      return {
        reason: `there is no socket ${path} on the host, or its folder is closed to you`,
        help: ['see that QEMU runs there and was started with `-qmp unix:PATH,server=on,wait=off`'],
      };
    case 72:
      return {
        reason: `${path} is no socket`,
        help: ['the path must be the one that `-qmp unix:PATH,…` names'],
      };
    case 73:
      return {
        reason: `permission denied: the user that ssh logs in as may not write to ${path}`,
        help: [`log in as the user that QEMU runs as: ssh://USER@${destination.replace(/^.*@/, '')}${path}`],
      };
    case 74:
      return {
        reason: `nobody listens on ${path} any more, or the ssh server does not let sockets be forwarded`,
        help: ['see that QEMU still runs there: it leaves its socket behind where it is killed', FORWARDING],
      };
    default:
      return {
        reason: `ssh could not connect to ${path} on the host${log === '' ? '' : `: ${lastLines(log)}`}`,
        help: [`see that it is there, and that you may write to it: ssh ${destination} ls -l ${path}`],
      };
  }
}

/** The last of what ssh said, on one line. */
function lastLines(log: string): string {
  return log
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .slice(-2)
    .join('; ');
}
