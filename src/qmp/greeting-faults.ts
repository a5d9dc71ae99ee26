import { ConnectError, GreetingError, ProtocolError, QmpError } from './errors.ts';

/** What is said when the time for negotiating is over; `greeted` is how far it came. */
export function silent(address: string, timeout: number, greeted: boolean): GreetingError {
  const seconds = `${timeout / 1000} s`;
  if (greeted) {
    return new GreetingError(address, `QEMU greeted, but did not take qmp_capabilities within ${seconds}`, {
      help: ['it may be stopped, or blocked on its storage: see whether its process is in state T or D'],
    });
  }
  return new GreetingError(address, `nothing was said within ${seconds}: another client holds this monitor`, {
    help: [
      'a QMP socket serves one client at a time: end the other one, or give QEMU a second `-qmp` socket',
      'who holds a unix socket: ss -xp | grep SOCKET',
      'the same is seen where the QEMU process is stopped, and on a socket that is not QMP at all',
    ],
  });
}

/** What is said when the connection ended, by `fault` or by itself, before it was negotiated. */
export function ungreeted(address: string, fault: Error | undefined): QmpError {
  if (fault instanceof ProtocolError) {
    return new GreetingError(address, `this is not a QMP monitor: ${fault.message}`, {
      cause: fault,
      help: [
        'QEMU makes a QMP socket with `-qmp unix:PATH,server=on,wait=off`; `-monitor` makes one for people',
      ],
    });
  }
  // What carries the connection knows better than the wire why there is none.
  if (fault instanceof QmpError)
    return new ConnectError(address, fault.message, { help: fault.help, cause: fault });
  return new GreetingError(address, 'the connection ended before it was negotiated', {
    ...(fault ? { cause: fault } : {}),
    hungUp: true,
    help: ['QEMU went away, or what forwards this socket (such as ssh -L) could not reach the far end'],
  });
}
