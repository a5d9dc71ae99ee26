import { dropReleased } from '../graph/change.ts';
import { blockExportAdd } from './block-export-add.ts';
import { blockExportDel } from './block-export-del.ts';
import { Arguments, type CommandModel } from './define.ts';

/** Opens the door only: what is served is said by exports. */
export const nbdServerStart: CommandModel = { name: 'nbd-server-start', apply: graph => graph };

/** Closes the server and with it every NBD export. */
export const nbdServerStop: CommandModel = {
  name: 'nbd-server-stop',
  apply(graph) {
    const attachments = graph.attachments.filter(item => item.kind !== 'export' || item.exportType !== 'nbd');
    return dropReleased(graph, { ...graph, attachments });
  },
};

/** The older way to export: its `name`, by default the node's, becomes the export's id. */
export const nbdServerAdd: CommandModel = {
  name: 'nbd-server-add',
  apply(graph, args) {
    const device = args.text('device');
    const members = {
      type: 'nbd',
      id: args.text('name') ?? device,
      'node-name': device,
      writable: args.flag('writable'),
    };
    const outcome = blockExportAdd.apply(graph, new Arguments(members));
    return 'refused' in outcome && outcome.argument === 'node-name'
      ? { ...outcome, argument: 'device' }
      : outcome;
  },
};

/** Ends an export by its name. */
export const nbdServerRemove: CommandModel = {
  name: 'nbd-server-remove',
  apply(graph, args) {
    const outcome = blockExportDel.apply(graph, new Arguments({ id: args.text('name') }));
    return 'refused' in outcome ? { ...outcome, argument: 'name' } : outcome;
  },
};
