/** What the text around a cursor can become. */
export interface Completion {
  /** The piece of the text that a candidate replaces, in UTF-16 units; `start` equals `end` where nothing has been typed yet. */
  readonly start: number;
  readonly end: number;
  /** Best first. */
  readonly candidates: readonly Candidate[];
}

export interface Candidate {
  /** What is put in place. */
  readonly text: string;
  /** What a menu shows for it, where that is not the text. */
  readonly label?: string;
  /** A few words on what it is: of a node its file and size, of an argument its meaning. */
  readonly summary: string;
  readonly kind:
    | 'verb'
    | 'command'
    | 'argument'
    | 'value'
    | 'node'
    | 'device'
    | 'job'
    | 'bitmap'
    | 'export'
    | 'event'
    | 'variable'
    | 'path'
    | 'word';
  /** Something has to follow at once, so that no space does: behind `base=`, or a folder. */
  readonly isOpen?: true;
}
