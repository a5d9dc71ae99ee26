import { dropReleased } from '../graph/change.ts';
import type { CommandModel } from './define.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { quoted, refuse } from './rules/refusals.ts';

/** Ends an export, which detaches its node. */
export const blockExportDel: CommandModel = {
  name: 'block-export-del',
  apply(graph, args) {
    const id = args.text('id');
    if (id === undefined) return graph;
    const attachments = graph.attachments.filter(item => item.kind !== 'export' || item.id !== id);
    if (attachments.length === graph.attachments.length && graph.complete) {
      const exports = graph.attachments.filter(item => item.kind === 'export').map(item => quoted(item.id));
      const help = exports.length > 0 ? [`the exports are ${exports.join(', ')}`] : ['there are no exports'];
      const refusal = refuse('unknown-export', 'id', `There is no export ${quoted(id)}.`, help);
      return saidByQemu(refusal, `Export '${id}' is not found`);
    }
    return dropReleased(graph, { ...graph, attachments });
  },
};
