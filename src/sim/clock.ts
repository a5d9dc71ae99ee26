/** What time it is for a simulator, in microseconds since 1970, and how it waits. */
export interface Clock {
  now(): number;
  /** Calls back once it is `moment`; the function that it gives calls that off. */
  at(moment: number, call: () => void): () => void;
}

/** What a command takes of the virtual time. */
const COMMAND = 250;
/** Who looks more often than this while the same is awaited is polling for it: time then goes faster with each look. */
const LOOKS = 200;
/** A client in this process that goes on talking does so within these turns of the event loop, */
const IDLE_TURNS = 8;
/** and within so many milliseconds, which a first use of some code may take. */
const IDLE_TIME = 25;

/**
 * A clock that costs no time: it goes on by a quarter of a millisecond whenever it is looked at, and jumps to what is
 * waited for once nobody in this process has had anything to say for a moment. The same commands get the same times.
 * A script's own time limits go by the world's clock, which a simulated job never takes long of.
 */
export function virtualClock(start: number): Clock {
  let time = start;
  let awaited: number | undefined;
  let waits = false;
  let looks = 0;
  return {
    now() {
      looks++;
      const pace = waits ? 2 ** Math.max(0, looks - LOOKS) : 1;
      time += Math.min(COMMAND * pace, LONGEST_STEP);
      return time;
    },
    at(moment, call) {
      if (moment !== awaited) looks = 0;
      awaited = moment;
      waits = true;
      let handle: NodeJS.Immediate | undefined;
      const turn = (left: number) => {
        if (left > 0) {
          handle = setImmediate(turn, left - 1);
          return;
        }
        time = Math.max(time, moment);
        waits = false;
        call();
      };
      const timer = setTimeout(turn, IDLE_TIME, IDLE_TURNS);
      return () => {
        waits = false;
        clearTimeout(timer);
        clearImmediate(handle);
      };
    },
  };
}

const LONGEST_STEP = 3600_000_000;

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
