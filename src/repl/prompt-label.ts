import { hasEnded } from '../graph/job.ts';
import { harmless } from '../text/harmless.ts';
import { maskSecrets } from '../text/secrets.ts';
import type { Connection } from './connection.ts';

/** What stands before what is typed: the QEMU, the state of its guest, and how many jobs are under way. `name` is the QEMU's. */
export function promptLabel(connection: Connection, name: string, isPlanning: boolean): string {
  const about = connection.isOpen
    ? [...connection.statuses].map(([at, status]) => (at === undefined ? status : `${at} ${status}`))
    : ['gone'];
  const jobs = [...connection.graphs.values()].flatMap(graph =>
    [...graph.jobs.values()].filter(({ status }) => !hasEnded(status)),
  ).length;
  if (jobs > 0 && connection.isOpen) about.push(jobs === 1 ? '1 job' : `${jobs} jobs`);
  if (isPlanning) about.push('plan');
  return `${harmless(maskSecrets(name))}${about.length > 0 ? ` (${about.join(', ')})` : ''}> `;
}

/** What a QEMU is called by its address: `vm1` of `unix:/run/vm1.qmp`. */
export function nameOfAddress(address: string): string {
  const path = address.replace(/^(?:unix|tcp):/, '');
  const last = path.startsWith('/') || address.startsWith('unix:') ? (path.split('/').at(-1) ?? path) : path;
  return last.replace(/\.(?:qmp|sock|socket|monitor)$/, '') || path;
}
