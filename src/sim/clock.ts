/** What time it is for a simulator, in microseconds since 1970, and how it waits. */
export interface Clock {
  now(): number;
  /** Calls back once it is `moment`; the function that it gives calls that off. */
  at(moment: number, call: () => void): () => void;
}

/** What a command takes of the virtual time. */
const COMMAND = 250;
/** A client in this process that goes on talking does so within these turns of the event loop, */
const IDLE_TURNS = 8;
/** and within so many milliseconds, which a first use of some code may take. */
const IDLE_TIME = 25;

/**
 * A clock that costs no time: it goes on by a quarter of a millisecond whenever it is looked at, and jumps to what is
 * waited for once nobody in this process has anything to say. The same commands get the same times.
 */
export function virtualClock(start: number): Clock {
  let time = start;
  return {
    now() {
      time += COMMAND;
      return time;
    },
    at(moment, call) {
      let handle: NodeJS.Immediate | undefined;
      const turn = (left: number) => {
        if (left > 0) {
          handle = setImmediate(turn, left - 1);
          return;
        }
        time = Math.max(time, moment);
        call();
      };
      const timer = setTimeout(turn, IDLE_TIME, IDLE_TURNS);
      return () => {
        clearTimeout(timer);
        clearImmediate(handle);
      };
    },
  };
}

/** The time of the world, for somebody who watches. */
export function realClock(): Clock {
  const now = () => Math.round((performance.timeOrigin + performance.now()) * 1000);
  return {
    now,
    at(moment, call) {
      const timer = setTimeout(call, Math.min(LONGEST_WAIT, Math.max(0, Math.ceil((moment - now()) / 1000))));
      return () => clearTimeout(timer);
    },
  };
}

/** Node.js takes a longer delay for none. */
const LONGEST_WAIT = 2 ** 31 - 1;
