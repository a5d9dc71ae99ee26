// A clock that somebody sets while the program runs: five hours ahead at one look, a day back at the next.
const Real = Date;
let looks = 0;
const jumped = () => Real.now() + (looks++ % 2 === 0 ? 5 * 3_600_000 : -86_400_000);

globalThis.Date = class extends Real {
  constructor(...parts) {
    super(...(parts.length === 0 ? [jumped()] : parts));
  }

  static now() {
    return jumped();
  }
};
