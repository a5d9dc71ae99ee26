import { heldMeanwhile, plannedMeanwhile, scriptUnderWay } from '../diagnostics/catalogue/durable-runs.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import { DurableError } from '../durable/durable-error.ts';
import { isOfScript, runOn } from '../durable/holding-run.ts';
import { askingAgain } from '../recovery/reconnecting-session.ts';
import { qemusOf, type Target } from '../target/target.ts';
import type { Source } from '../text/source.ts';

/**
 * A word on each durable run that is on a QEMU of a script: where the script does not fit, its mistakes may come from what these runs
 * do. Throws a DurableError where one is a run of this very script, as then nothing else is wrong with it.
 */
export async function wordsOnHolders(target: Target, source: Source, fits: boolean): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { live } of qemusOf(target).values()) {
    if (live.isSandbox) continue;
    const holder = await askingAgain(() => runOn(live.session));
    if (!holder) continue;
    if (!fits && isOfScript(holder, source.text)) throw new DurableError('locked', scriptUnderWay(holder));
    found.push(fits ? plannedMeanwhile(holder) : heldMeanwhile(holder));
  }
  return found;
}
