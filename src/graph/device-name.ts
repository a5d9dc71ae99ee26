import type { Attachment } from './graph.ts';

/** What an attachment is called. */
export function nameOf({ id, path }: Attachment): string {
  return id || path || 'a block backend';
}

/**
 * The attachments of a node by which people know them. A device and the block backend behind it are one: a device that was given an
 * id hides the backend; one that only has a path in QEMU's tree of objects is known by the backend's name, where that has one.
 */
export function knownUsers(attachments: readonly Attachment[]): readonly Attachment[] {
  const isPath = ({ kind, id }: Attachment) => kind === 'device' && id.startsWith('/');
  const hasDevice = attachments.some(item => item.kind === 'device' && !isPath(item));
  const hasBackend = attachments.some(({ kind, id }) => kind === 'backend' && id !== '');
  const hidden = (item: Attachment) =>
    item.kind === 'backend'
      ? hasDevice || (item.id === '' && attachments.some(({ kind }) => kind === 'device'))
      : isPath(item) && hasBackend && !hasDevice;
  return attachments.filter(item => !hidden(item));
}
