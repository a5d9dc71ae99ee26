import type { ParameterDefinition, ParameterKind } from '../statements/define.ts';
import type { Beside } from '../statements/fits.ts';
import type { Callable } from './callable.ts';
import type { Candidate } from './completion.ts';
import { qmpValues } from './qmp-values.ts';
import type { Scene } from './scene.ts';
import { bitmaps, devices, exports, jobs, nodeNamed, nodes, paths, words } from './things.ts';
import type { Written } from './written.ts';

/** Durations that people choose from. */
export const durations = ['30s', '5m', '1h'];

/** What was given to each parameter, as far as it is written out: of nodes the node-names. */
export function givenTo(
  { parameters, isRaw }: Callable,
  { words, arguments: given }: Written,
  scene: Scene,
): Beside {
  const entries = parameters.map(({ name, kind }, index) => {
    const value = given.get(name) ?? (index === 0 && !isRaw ? words[0] : undefined);
    if (typeof value !== 'string') return [name, undefined];
    return [name, kind.is === 'node' ? nodeNamed(value, scene) : value];
  });
  return Object.fromEntries(entries);
}

/** What fits a parameter beside what else is written. */
export function valuesFor(
  parameter: ParameterDefinition,
  callable: Callable,
  written: Written,
  scene: Scene,
): Candidate[] {
  const beside = givenTo(callable, written, scene);
  const node = callable.parameters.find(({ kind }) => kind.is === 'node')?.name;
  const fits = parameter.fits?.(beside, scene.qemu.graph);
  const ofKind = (kind: ParameterKind): Candidate[] => {
    switch (kind.is) {
      case 'node':
        if (kind.madeWith !== undefined && isGiven(kind.madeWith, written, scene)) return [];
        return [...nodes(scene, fits), ...(kind.orNull ? words(['null'], 'none', 'value') : [])];
      case 'device':
        return [...devices(scene), ...exports(scene)];
      case 'job':
        return jobs(scene, fits);
      case 'bitmap':
        return bitmaps(scene, node === undefined ? undefined : beside[node], fits);
      case 'export':
        return exports(scene);
      case 'path':
        return paths(scene);
      case 'boolean':
        return words(['on', 'off'], '', 'value');
      case 'duration':
        return words(durations, 'a duration', 'value');
      case 'choice':
        return words(kind.of, parameter.summary, 'value');
      case 'list':
        return ofKind(kind.of);
      case 'string':
        return schemaValues(parameter, callable, written, scene);
      default:
        return [];
    }
  };
  return ofKind(parameter.kind);
}

function isGiven(name: string, written: Written, { later }: Scene): boolean {
  return written.arguments.has(name) || later.has(name);
}

function schemaValues(
  { name, argument }: ParameterDefinition,
  callable: Callable,
  written: Written,
  scene: Scene,
): Candidate[] {
  const command = callable.command(new Set(written.arguments.keys()));
  return command === undefined ? [] : qmpValues(command, [argument ?? name], {}, scene);
}
