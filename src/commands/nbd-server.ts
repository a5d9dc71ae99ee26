import { dropReleased } from '../graph/change.ts';
import { blockExportAdd } from './block-export-add.ts';
import { blockExportDel } from './block-export-del.ts';
import { Arguments, type CommandModel } from './define.ts';
import { checkServer } from './rules/nbd-running.ts';
import { servesTheNetwork } from './rules/open-server.ts';
import { nbdAddress } from './rules/own-server.ts';
import { saidByQemu } from './rules/qemu-error.ts';
import { refuse } from './rules/refusals.ts';

/** Opens the door only: what is served is said by exports. */
export const nbdServerStart: CommandModel = {
  name: 'nbd-server-start',
  apply(graph, args) {
    const address = nbdAddress(args.value('addr'));
    if (graph.nbdServer !== true)
      return { ...graph, nbdServer: true, ...(address === undefined ? {} : { nbdAddress: address }) };
    return saidByQemu(
      refuse('nbd-server', undefined, 'An NBD server runs already.', ['stop it first: nbd stop']),
      'NBD server already running',
    );
  },
  caution: (_, args) => servesTheNetwork(args),
};

/** Closes the server and with it every NBD export. */
export const nbdServerStop: CommandModel = {
  name: 'nbd-server-stop',
  apply(graph) {
    const attachments = graph.attachments.filter(item => item.kind !== 'export' || item.exportType !== 'nbd');
    const { nbdAddress: _, ...others } = graph;
    return checkServer(graph) ?? dropReleased(graph, { ...others, attachments, nbdServer: false });
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
      name: args.text('name') ?? device,
      'node-name': device,
      writable: args.flag('writable'),
      bitmaps: args.has('bitmap') ? [args.value('bitmap')] : [],
    };
    const outcome = blockExportAdd.apply(graph, new Arguments(members));
    const names: Readonly<Record<string, string>> = { 'node-name': 'device', 'bitmaps.0': 'bitmap' };
    const argument = 'refused' in outcome ? names[outcome.argument ?? ''] : undefined;
    return argument === undefined ? outcome : { ...outcome, argument };
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
