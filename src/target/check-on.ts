import type { CheckOptions } from '../compile/check.ts';
import { describeAvailability, whereAccepted } from '../qapi/availability.ts';
import type { Allowed } from './allowed.ts';
import { hostRulesOf } from './host-rules.ts';
import type { Target } from './target.ts';

/** What a check is told of the QEMU, or the QEMUs, of a target, or of the schema where there is none. */
export function checkOn(
  target: Target,
  wish: Allowed = {},
): Omit<CheckOptions, 'now' | 'complete' | 'parameters' | 'carried'> {
  const { schema, devices, live, endpoints } = target;
  return {
    schema,
    sandboxDevices: devices,
    whereAccepted,
    whereAvailable: describeAvailability(schema),
    host: hostRulesOf(target, wish),
    ...(live ? { graph: live.graph } : {}),
    ...(endpoints ? { endpoints } : {}),
  };
}
