import { type LastingTarget, lastingTarget } from '../recovery/lasting-target.ts';
import type { Target } from '../target/target.ts';
import { UsageError } from '../target/usage-error.ts';
import { harmless } from '../text/harmless.ts';
import { parseDuration } from '../text/scalars.ts';
import { maskSecrets } from '../text/secrets.ts';
import type { Options } from './options.ts';
import type { Output } from './output.ts';

/** In milliseconds, without --reconnect. */
const PATIENCE = 30_000;
const PATIENCE_WITH_DEAD = 2000;

/** Finds the connections of a target again when they are lost, for as long as the options say, and tells of it. */
export function reconnecting(target: Target, options: Options, output: Output): Promise<LastingTarget> {
  const given = givenPatience(options);
  return lastingTarget(target, {
    patience: given ?? PATIENCE,
    patienceWithDead: given ?? PATIENCE_WITH_DEAD,
    told(state, text, endpoint) {
      const target = endpoint === undefined ? {} : { target: endpoint };
      if (output.json) output.record({ record: 'connection', ...target, state, message: text });
      else
        output.say(
          harmless(maskSecrets(endpoint === undefined || state === 'lost' ? text : `@${endpoint}: ${text}`)),
        );
    },
  });
}

function givenPatience({ reconnect }: Options): number | undefined {
  if (reconnect === undefined) return undefined;
  const milliseconds = parseDuration(reconnect);
  if (milliseconds !== undefined) return milliseconds;
  throw new UsageError(`--reconnect needs a duration, and \`${reconnect}\` is none`, ['--reconnect 30s']);
}
