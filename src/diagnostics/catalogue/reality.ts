import type { Span } from '../../text/source.ts';
import type { Finding } from '../diagnostic.ts';

/**
 * After a statement of a run the graph is not what the model says it should be: somebody else has changed it, or the model
 * is wrong. The run goes by what is there.
 */
export function graphDiffers(span: Span, expected: string, found: string): Finding {
  return {
    severity: 'warning',
    code: 'graph-differs',
    message: 'after this the block graph is not as it should be',
    primary: { span, text: 'comes to something else' },
    notes: [`expected: ${expected}`, `found:    ${found}`],
    help: [
      'see whether somebody else works on this QEMU: `qblk show chain`, `qblk show jobs`',
      'if nobody does, the model of the block graph is wrong here: please report it, with the script',
    ],
  };
}

/** The connection ended while a statement was carried out; `jobs` are those that were known, in words. `isSame` unless another QEMU was found. */
export function connectionLost(
  span: Span | undefined,
  reason: string,
  jobs: readonly string[],
  help: readonly string[],
  isSame: boolean,
): Finding {
  return {
    severity: 'error',
    code: 'connection-lost',
    message: reason,
    ...(span ? { primary: { span, text: 'the connection was lost here' } } : {}),
    notes: jobs.length > 0 ? [`jobs when it was last heard of: ${jobs.join(', ')}`] : [],
    help: [
      ...help,
      ...(isSame
        ? [
            'whether this statement was carried out is not known: look with `qblk show chain`, `qblk show jobs`',
          ]
        : []),
    ],
  };
}
