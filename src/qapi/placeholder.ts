/** A bare word whose meaning the schema decides: `10M` is an integer where one is wanted, else a string. */
export class Word {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A value that is known only once the script runs; it stands in plans where the value will be. */
export class Later {
  /** What it will be, for people: `the node above C`. */
  readonly what: string;
  constructor(what: string) {
    this.what = what;
  }
}
