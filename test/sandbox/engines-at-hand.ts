import { type Engine, findEngines } from '../../src/sandbox/engines.ts';

/**
 * Every engine of this machine, several versions where tools/qemu.sh has made private copies. Empty where no QEMU is
 * installed: tests then skip, and say so; under `CI` that is an error.
 */
export function enginesAtHand(): (Engine & { name: string })[] {
  const engines = findEngines();
  if (engines.length === 0) {
    if (process.env['CI']) throw new Error('no QEMU on this machine: run tools/qemu.sh');
    console.warn(
      '\nNO QEMU ON THIS MACHINE: the tests on a real QEMU are skipped. Run tools/qemu.sh to get one.\n',
    );
  }
  return engines.map(engine => ({ ...engine, name: engine.program }));
}
