/** A script for the chain `A <- B <- C <- D`, and what must come of it however often it breaks off. */
export interface Scenario {
  readonly name: string;
  readonly script: string;
  readonly chain: string;
  readonly jobs: number;
  /** Images that read as another did at the beginning. */
  readonly bytes: readonly (readonly [file: string, expected: string])[];
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'commit in two phases',
    script: `chain disk0: A <- B <- C <- D
start commit D base=A job-id=merge
wait merge ready within 1m
expect chain disk0: A <- B <- C <- D
pivot merge
expect chain disk0: A
expect no jobs`,
    chain: 'A',
    jobs: 1,
    bytes: [['a.qcow2', 'd.raw']],
  },
  {
    name: 'mirror and pivot',
    script: `chain disk0: A <- B <- C <- D
mirror D target=E filename=e.qcow2 sync=full then pivot within 1m
del D`,
    chain: 'E',
    jobs: 3,
    bytes: [['e.qcow2', 'd.raw']],
  },
  {
    name: 'backup',
    script: `chain disk0: A <- B <- C <- D
backup D target=E filename=e.qcow2 sync=full
del E`,
    chain: 'A <- B <- C <- D',
    jobs: 3,
    bytes: [
      ['e.qcow2', 'd.raw'],
      ['d.qcow2', 'd.raw'],
    ],
  },
  {
    name: 'transactions',
    script: `chain disk0: A <- B <- C <- D
transaction { snapshot D overlay=E filename=e.qcow2; bitmap add E name=since }
add x driver=qcow2 filename=x.qcow2
add y driver=qcow2 filename=y.qcow2
transaction completion-mode=grouped {
  backup B target=x sync=full
  backup E target=y sync=full
}
if len(query-jobs) == 0 { commit D base=B }`,
    chain: 'A <- B <- E',
    jobs: 3,
    bytes: [
      ['x.qcow2', 'b.raw'],
      ['y.qcow2', 'd.raw'],
      ['e.qcow2', 'd.raw'],
    ],
  },
];
