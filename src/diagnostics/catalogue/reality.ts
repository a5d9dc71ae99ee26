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
