import { afterEach, describe } from 'vitest';
import { type Bench, openBench, type Run } from './bench.ts';
import { fewEngines, type TestEngine, testEngines } from './engines.ts';

/** Starts a QEMU on the chains that head a script; it is stopped when the test ends. */
export type Start = (text: string, extraArguments?: readonly string[]) => Promise<Bench>;

/** Starts a QEMU on a script's chains and runs the script there. */
export type RunScript = (text: string) => Promise<Bench & { readonly ran: Run }>;

/** Describes tests once for each engine at hand, or for `few` of them; without any the tests are skipped. */
export function onEachEngine(
  title: string,
  body: (engine: TestEngine, start: Start, run: RunScript) => void,
  which: 'all' | 'few' = 'all',
): void {
  const engines = which === 'few' ? fewEngines(testEngines()) : testEngines();
  let open: Bench[] = [];
  afterEach(async () => {
    await Promise.all(open.map(bench => bench.stop()));
    open = [];
  });
  describe.skipIf(engines.length === 0).each(engines)(`${title}, on $name`, engine => {
    const start: Start = async (text, extraArguments) => {
      const bench = await openBench(engine, text, extraArguments);
      open.push(bench);
      return bench;
    };
    body(engine, start, async text => {
      const bench = await start(text);
      return { ...bench, ran: await bench.run(text) };
    });
  });
}
