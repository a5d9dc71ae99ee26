import { type Change, changeBehindLibvirt } from '../../../commands/libvirt.ts';
import type { IsOwn } from '../../../commands/own.ts';
import * as problems from '../../../diagnostics/catalogue/safety.ts';
import type { Finding } from '../../../diagnostics/diagnostic.ts';
import type { BlockGraph, NodeName } from '../../../graph/graph.ts';
import { libvirtDisk, libvirtIndex, namedByLibvirt, otherLibvirtDisks } from '../../../graph/libvirt.ts';
import type { ExecuteStep } from '../../../statements/step.ts';
import type { HostRules } from '../outside/host-rules.ts';
import { pathOf, type SpanOf } from '../spans.ts';

/** Whether a guest is one of libvirt's, as far as its graph and what is known beside that tell. */
export function isLibvirts(graph: BlockGraph, { libvirt }: HostRules): boolean {
  return libvirt !== undefined || namedByLibvirt(graph);
}

/** Why a command must not be sent past libvirt, if so, with the virsh command that does the same. */
export function behindLibvirt(
  { command, arguments: args }: ExecuteStep,
  graph: BlockGraph,
  rules: HostRules,
  spanOf: SpanOf,
  isOwn: IsOwn,
): Finding | undefined {
  if (rules.place === undefined || rules.beyond?.libvirt || !isLibvirts(graph, rules)) return undefined;
  if (command === 'quit') return problems.endedBehindLibvirt(spanOf([]), rules.libvirt?.domain);
  const change = changeBehindLibvirt(graph, command, args, isOwn);
  if (!change) return undefined;
  const span = spanOf(pathOf(change.argument));
  const domain = rules.libvirt?.domain;
  if (change.kind === 'bitmap') return problems.checkpointBehindLibvirt(span, change, domain);
  if (change.kind === 'served') return problems.servedBehindLibvirt(span, change.what, domain);
  if (change.kind === 'job')
    return problems.jobBehindLibvirt(span, change, domain, libvirtDisk(graph, change.node));
  return problems.behindLibvirt(span, virsh(change, graph, domain));
}

/** The words of the virsh command; words in capitals are to be filled in. Undefined where virsh has none. */
function virsh(
  change: Exclude<Change, { kind: 'bitmap' | 'job' | 'served' }>,
  graph: BlockGraph,
  domain = 'DOMAIN',
): readonly string[] | undefined {
  const disk = libvirtDisk(graph, change.node) ?? 'DISK';
  const image = (node: NodeName) => `${disk}[${libvirtIndex(node) ?? 'N'}]`;
  const above = (base: NodeName | undefined) => (base === undefined ? [] : ['--base', image(base)]);
  const copied = ({
    file = 'FILE',
    format,
  }: {
    readonly file?: string | undefined;
    readonly format?: string | undefined;
  }) => [...['--dest', file], ...(format === undefined ? [] : ['--format', format])];
  switch (change.kind) {
    case 'snapshot': {
      const others = otherLibvirtDisks(graph, disk).flatMap(other => ['--diskspec', `${other},snapshot=no`]);
      const spec = `${disk},file=${change.file ?? 'FILE'}`;
      const words = ['--disk-only', '--no-metadata', '--atomic', '--diskspec', spec, ...others];
      return ['virsh', 'snapshot-create-as', domain, ...words];
    }
    case 'commit': {
      const { top, base } = change;
      const end = top === undefined ? ['--active', '--pivot', '--wait'] : ['--wait'];
      const from = top === undefined ? [] : ['--top', image(top)];
      return ['virsh', 'blockcommit', domain, disk, ...from, ...above(base), ...end];
    }
    case 'pull':
      return change.below ? undefined : ['virsh', 'blockpull', domain, disk, ...above(change.base), '--wait'];
    case 'copy':
      return [
        ...['virsh', 'blockcopy', domain, disk, ...copied(change)],
        ...['--transient-job', '--wait', '--pivot'],
      ];
    case 'resize':
      return ['virsh', 'blockresize', domain, disk, change.size === undefined ? 'SIZE' : `${change.size}B`];
    case 'medium':
      return ['virsh', 'change-media', domain, disk, '--update', '--source', 'FILE'];
    case 'revert':
      return ['virsh', 'snapshot-revert', domain, change.tag ?? 'SNAPSHOT'];
    case 'forget':
      return ['virsh', 'snapshot-delete', domain, change.tag ?? 'SNAPSHOT'];
    case 'other':
      return undefined;
  }
}
