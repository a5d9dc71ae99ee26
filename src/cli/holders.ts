import { heldMeanwhile, scriptUnderWay } from '../diagnostics/catalogue/durable-runs.ts';
import type { Finding } from '../diagnostics/diagnostic.ts';
import { DurableError } from '../durable/durable-error.ts';
import { isOfScript, runOn } from '../durable/holding-run.ts';
import { askingAgain } from '../recovery/reconnecting-session.ts';
import { qemusOf, type Target } from '../target/target.ts';
import type { Source } from '../text/source.ts';

/**
 * A note on each durable run that is on a QEMU of a script that does not fit: its mistakes may come from what these runs do. Throws
 * a DurableError where one is a run of this very script, as then nothing else is wrong with it.
 */
export async function notesOnHolders(target: Target, source: Source): Promise<Finding[]> {
  const notes: Finding[] = [];
  for (const { live } of qemusOf(target).values()) {
    const holder = await askingAgain(() => runOn(live.session));
    if (!holder) continue;
    if (isOfScript(holder, source.text)) throw new DurableError('locked', scriptUnderWay(holder));
    notes.push(heldMeanwhile(holder));
  }
  return notes;
}
