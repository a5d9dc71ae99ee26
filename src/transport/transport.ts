import type { Duplex } from 'node:stream';

/** One way to reach a QMP monitor. */
export interface Transport {
  /**
   * Connects to what `rest` names, which is the address `uri` behind its scheme, within `timeout` milliseconds. Rejects with
   * a ConnectError. That says nothing of QMP yet: a monitor that serves somebody else accepts connections too.
   */
  connect(rest: string, uri: string, timeout: number): Promise<Duplex>;
  /** Says who else could use the monitor that `rest` names, where anybody can who should not. */
  exposure?(rest: string): string | undefined;
}
