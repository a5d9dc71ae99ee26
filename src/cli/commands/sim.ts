import { declaredEndpoints } from '../../compile/declared-endpoints.ts';
import { readRecipe } from '../../compile/recipe.ts';
import { hasErrors } from '../../diagnostics/diagnostic.ts';
import { deviceChains } from '../../printing/chains-text.ts';
import type { SimulatedDisk } from '../../sim/disks.ts';
import { programOf } from '../../target/offline-schema.ts';
import { UsageError } from '../../target/usage-error.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import type { Options } from '../options.ts';
import type { Output } from '../output.ts';
import { loadScript } from '../script.ts';

/**
 * `qblk sim --listen URI [FILE]`: a simulated QEMU for any QMP client, with the disks that head a script, until Ctrl-C or a
 * client's `quit`. Jobs with a speed take their time by the real clock, so that they can be watched.
 */
export async function sim(options: Options, output: Output): Promise<ExitCode> {
  if (options.listen === undefined)
    throw new UsageError('`qblk sim` needs an address to listen on', ['qblk sim --listen unix:PATH [FILE]']);
  const { defaultDisks, graphOfDisks } = await import('../../sim/disks.ts');
  const disks = disksOf(options, output) ?? defaultDisks;
  if (disks === 'wrong') return exitCode.script;
  const [{ realClock }, { listen }, { makeMachine }, { SimulatorServer }, { Simulator }] = await Promise.all([
    import('../../sim/clock.ts'),
    import('../../sim/listen.ts'),
    import('../../sim/machine.ts'),
    import('../../sim/server.ts'),
    import('../../sim/simulator.ts'),
  ]);
  const machine = makeMachine(options.qemu, programOf(options));
  const graph = graphOfDisks(disks, machine.program);
  let end: (code: ExitCode) => void = () => {};
  const ended = new Promise<ExitCode>(resolve => {
    end = resolve;
  });
  const server = new SimulatorServer(new Simulator(machine, graph, realClock()), () => end(exitCode.done));
  const listening = await listen(server, options.listen);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => end(exitCode.done));
  const chains = [...deviceChains(graph)].map(([device, chain]) => `${device}: ${chain}`).join(', ');
  output.say(
    `simulated QEMU ${machine.version} (${chains}) listens on ${listening.uri}; connect with: qblk show --qmp ${listening.uri}`,
  );
  const code = await ended;
  await listening.close();
  return code;
}

/** The disks that head the script, where one is named and has any. */
function disksOf(options: Options, output: Output): readonly SimulatedDisk[] | 'wrong' | undefined {
  if (options.words.length === 0 && options.code === undefined) return undefined;
  const { script, source, findings } = loadScript(options);
  output.findings(findings, source);
  if (hasErrors(findings)) return 'wrong';
  if (declaredEndpoints(script).length > 0)
    throw new UsageError('`qblk sim` is one QEMU, and this script has several', [
      'run it on a simulator for each: qblk run FILE --sandbox=sim',
    ]);
  const { chains } = readRecipe(script, options.parameters);
  return chains.length > 0 ? chains : undefined;
}
