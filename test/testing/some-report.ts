import { check } from '../../src/compile/check.ts';
import type { PlannedStatement } from '../../src/compile/plan/plan.ts';
import type { BlockGraph } from '../../src/graph/graph.ts';
import { statementText } from '../../src/printing/plan-text.ts';
import { loadSnapshot } from '../../src/qapi/snapshots.ts';
import { parse } from '../../src/syntax/parse.ts';
import type { CaseReport, JobReport, StatementReport, TestReport } from '../../src/testing/report.ts';
import { positionAt } from '../../src/text/source.ts';

/** A case as if it had run: the graphs are those of its plan, and each statement took ten milliseconds. */
export async function someCase(
  name: string,
  script: string,
  more: Partial<CaseReport> = {},
): Promise<CaseReport> {
  const schema = loadSnapshot('newest', 'system');
  if (!schema) throw new Error('no bundled schema');
  const plan = await check(parse(script), { schema, now: new Date(0) });
  const entries = plan.entries.filter((entry): entry is PlannedStatement => entry.kind === 'statement');
  const source = { name: 'a.md', text: script };
  const statements: StatementReport[] = entries.map(({ statement, after }, at) => ({
    line: 4 + positionAt(source, statement.span.start).line,
    text: statementText(source, statement),
    depth: 0,
    at: at * 10,
    duration: 10,
    outcome: 'done',
    graph: after,
  }));
  return {
    name,
    line: 4,
    script,
    scriptLine: 5,
    outcome: 'passed',
    duration: statements.length * 10,
    problems: [],
    notes: [],
    statements,
    start: known(entries[1]?.before ?? entries[0]?.before),
    jobs: [],
    ...more,
  };
}

function known(graph: BlockGraph | undefined): BlockGraph {
  if (!graph) throw new Error('a script without a statement');
  return graph;
}

/** A job that goes on evenly until it is held, READY, and over. */
export function someJob(id: string, from: number): JobReport {
  const sample = (at: number, status: string, current: number) => ({
    at: from + at,
    status,
    current,
    total: 100,
  });
  return {
    id,
    type: 'mirror',
    samples: [
      sample(0, 'created', 0),
      sample(1, 'running', 0),
      sample(40, 'running', 60),
      sample(45, 'paused', 62),
      sample(70, 'paused', 62),
      sample(71, 'running', 62),
      sample(90, 'ready', 100),
      sample(110, 'standby', 100),
      sample(118, 'ready', 100),
      sample(120, 'waiting', 100),
      sample(120.2, 'pending', 100),
      sample(120.4, 'concluded', 100),
      sample(121, 'null', 100),
    ],
  };
}

/** Names that would do harm in a page, and a few that are long. */
const HOSTILE = `<img src=x onerror=alert(1)>&"'\u001b[31m\u202e`;

/** A report with all that there may be in one. */
export async function someReport(): Promise<TestReport> {
  const commit = `chain disk0: A <- B <- C <- D
commit top=C base=A
commit top=D base=A then pivot within 10m
expect chain disk0: A
`;
  const snapshots = `chain disk0: base <- b <- c <- d <- e <- f <- g <- h <- i <- j <- a-name-that-is-long-beyond-all-measure
snapshot a-name-that-is-long-beyond-all-measure overlay=top filename="${'long/'.repeat(40)}t\u4e2d\u6587\u4e2d\u6587\u4e2d\u6587.qcow2"
bitmap add top name=nightly
start mirror top target=copy filename="copy.qcow2" sync=full job-id=a-job-of-that-name
start backup top target=kept filename="kept.qcow2" sync=none job-id=k
`;
  const failing = await someCase(`Fails ${HOSTILE}`, commit, {
    outcome: 'failed',
    problems: [
      { line: 8, message: `the chain is another: ${HOSTILE}\nand more` },
      {
        line: 12,
        message: 'the output is not as expected:',
        expected: `one\n[..] and two\n...\nsix\n${HOSTILE}\n`,
        actual: 'one\n1 and two\nthree\nfour\nfive\nsix\nseven <b>\n',
      },
    ],
    notes: [`a note ${HOSTILE}`],
  });
  return {
    version: 1,
    engine: 'qemu-system-x86_64',
    qemu: '7.2.22',
    duration: 1234,
    documents: [
      {
        file: 'pages/commit.md',
        problems: [],
        cases: [
          await someCase('Commits', commit, { jobs: [someJob('commit0', 0), someJob('commit1', 60)] }),
          failing,
          await someCase('Skipped', commit, {
            outcome: 'skipped',
            reason: 'needs a storage daemon',
            statements: [],
          }),
        ],
      },
      {
        file: `pages/${HOSTILE}.md`,
        problems: [{ line: 3, message: 'this fence is never closed' }],
        cases: [await someCase('Copies', snapshots, { jobs: [someJob('a-job-of-that-name', 3)] })],
      },
    ],
  };
}
