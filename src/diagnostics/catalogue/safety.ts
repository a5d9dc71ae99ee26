import { harmless } from '../../text/harmless.ts';
import type { Span } from '../../text/source.ts';
import { error, type Finding } from '../diagnostic.ts';

/** `reaches` is what the command can do, where that is more than its name tells. */
export function commandNotAllowed(
  span: Span,
  need: { readonly command: string; readonly reaches?: 'monitor' | 'program' | 'file' },
): Finding {
  const name = harmless(need.command);
  const family = name.startsWith('migrate') ? [`or all that a migration needs: --allow-raw 'migrate*'`] : [];
  const finding = error(
    'command-not-allowed',
    span,
    `\`${name}\` reaches beyond the block layer, and nobody has allowed this script to send it`,
    'not allowed',
    [
      `where the script may: --allow-raw ${name}`,
      ...family,
      'to try the script on a scratch QEMU: --sandbox',
    ],
  );
  return need.reaches ? { ...finding, notes: [REACHES[need.reaches]] } : finding;
}

/** Why a file is out of bounds: outside of the folders, or nobody can tell where it is. */
export type OutOfBounds = 'outside' | 'relative' | 'unknown';

/** `folders` are those that the command line allows. */
export function pathOutside(
  span: Span,
  filename: string,
  why: OutOfBounds,
  folders: readonly string[],
): Finding {
  const name = `\`${harmless(filename)}\``;
  const allowed = folders.map(harmless).join(', ');
  const [message, label, help] = {
    outside: [
      `${name} is in none of the folders that this script has to keep to`,
      'outside',
      'where the script may use it: --allow-path FOLDER, once for each',
    ],
    relative: [
      `where ${name} is depends on the folder that QEMU was started in, which is not known`,
      'a relative path',
      'write the whole path',
    ],
    unknown: [
      `it can't be told which files ${name} names, so not that they are in the folders that this script has to keep to`,
      'which files?',
      'name each file by its path, as `blockdev-add` takes it',
    ],
  }[why] as [string, string, string];
  return error('path-outside', span, message, label, [`it keeps to ${allowed}`, help]);
}

/** `quit` ends the QEMU of a guest that libvirt started. */
export function endedBehindLibvirt(span: Span, domain = 'DOMAIN'): Finding {
  const virsh = (verb: string) => ['virsh', verb, domain].map(shellWord).join(' ');
  return error(
    'behind-libvirt',
    span,
    'this guest is one that libvirt manages, and `quit` would end it as a power cut does',
    "behind libvirt's back",
    [
      `let libvirt do it: ${virsh('shutdown')}, or at once: ${virsh('destroy')}`,
      ...toFillIn([domain]),
      'where libvirt need not know: --allow-libvirt',
    ],
  );
}

/** A bitmap that libvirt may keep as a checkpoint. `takes`: a backup goes by it and clears it. */
export function checkpointBehindLibvirt(
  span: Span,
  {
    name,
    does,
  }: { readonly name: string; readonly does: 'adds' | 'clears' | 'removes' | 'starts' | 'stops' | 'takes' },
  domain = 'DOMAIN',
): Finding {
  const [what, virsh] = {
    adds: ['tell of more than the guest has written since', ['checkpoint-create-as', domain, 'CHECKPOINT']],
    clears: ['forget what the guest has written since', ['checkpoint-create-as', domain, 'CHECKPOINT']],
    removes: ['be gone', ['checkpoint-delete', domain, name]],
    starts: ['note what belongs to a later one', ['checkpoint-create-as', domain, 'CHECKPOINT']],
    stops: ['not note what the guest writes', ['checkpoint-create-as', domain, 'CHECKPOINT']],
    takes: ['forget what the guest has written', ['backup-begin', domain, 'BACKUP.xml']],
  }[does] as [string, string[]];
  const keep = does === 'takes' ? ['or leave the bitmap as it is: sync=bitmap bitmap-mode=never'] : [];
  return error(
    'behind-libvirt',
    span,
    `the bitmap \`${harmless(name)}\` is not this script's: where it is a checkpoint of libvirt's, it would ${what}`,
    "behind libvirt's back",
    [
      `let libvirt do it: ${['virsh', ...virsh].map(shellWord).join(' ')}`,
      ...keep,
      `\`${['virsh', 'checkpoint-list', domain].map(shellWord).join(' ')}\` names its checkpoints`,
      'where it is none of them: --allow-libvirt',
    ],
  );
}

/** An NBD server, or an export, by which libvirt may do a backup or take in a migration. */
export function servedBehindLibvirt(span: Span, what: 'server' | 'export', domain = 'DOMAIN'): Finding {
  const virsh = (verb: string) => ['virsh', verb, domain].map(shellWord).join(' ');
  return error(
    'behind-libvirt',
    span,
    `this NBD ${what} is not this script's: a backup or a migration of libvirt's that uses it would be cut off`,
    "behind libvirt's back",
    [
      `see whether there is one: ${virsh('domjobinfo')}`,
      `let libvirt end it: ${virsh('domjobabort')}`,
      'where there is none: --allow-libvirt',
    ],
  );
}

/** A job on a disk of the guest, which libvirt may have started. */
export function jobBehindLibvirt(
  span: Span,
  {
    id,
    type,
    does,
  }: {
    readonly id: string;
    readonly type: string;
    readonly does: 'cancels' | 'completes' | 'lets-go';
  },
  domain = 'DOMAIN',
  disk = 'DISK',
): Finding {
  const option = { cancels: '--abort', completes: '--pivot', 'lets-go': '--info' }[does];
  const words = type === 'backup' ? ['domjobabort', domain] : ['blockjob', domain, disk, option];
  const virsh = ['virsh', ...(does === 'lets-go' && type === 'backup' ? ['domjobinfo', domain] : words)];
  const command = virsh.map(shellWord).join(' ');
  return error(
    'behind-libvirt',
    span,
    `the job \`${harmless(id)}\` is not this script's: where it is one of libvirt's, libvirt would not learn how it ended`,
    "behind libvirt's back",
    [
      does === 'lets-go'
        ? `libvirt does it itself once it has seen the end; to see how far it is: ${command}`
        : `let libvirt do it: ${command}`,
      ...toFillIn(virsh),
      "where it is none of libvirt's: --allow-libvirt",
    ],
  );
}

/** `virsh` are the words of the command that does the same, where there is one; those in capitals are to be filled in. */
export function behindLibvirt(span: Span, virsh: readonly string[] | undefined): Finding {
  const help = virsh
    ? [`let libvirt do it: ${virsh.map(shellWord).join(' ')}`, ...toFillIn(virsh)]
    : [
        'virsh has no command for it: shut the guest down, change its images, and tell libvirt with `virsh edit`',
      ];
  const finding = error(
    'behind-libvirt',
    span,
    'this disk is one of a guest that libvirt manages, and libvirt would not know of the change',
    "behind libvirt's back",
    [...help, 'where libvirt need not know: --allow-libvirt'],
  );
  const notes = [
    'when the guest is started again, libvirt opens the images that it knows of: what was written since would be gone',
  ];
  return { ...finding, notes };
}

function toFillIn(words: readonly string[]): string[] {
  const domain = words.includes('DOMAIN') ? ['`virsh list` names the DOMAIN'] : [];
  const disk = words.some(word => /\bDISK\b|\[N\]/.test(word))
    ? ['`virsh domblklist DOMAIN` names its disks']
    : [];
  return [...domain, ...disk];
}

function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${harmless(word).replaceAll("'", "'\\''")}'`;
}

/** Said once of a plan that is let through. */
export function toldNothing(span: Span): Finding {
  return {
    severity: 'note',
    code: 'libvirt-not-told',
    message: 'libvirt manages this guest, and is not told of what a script does to it',
    primary: { span, text: 'the first that changes something' },
    help: [
      'nodes and jobs of your own do not trouble it: remove them again, with `del`, before libvirt needs the disk',
    ],
  };
}

/** `option` is that of qemu-img which says the format. */
export function formatProbed(span: Span, filename: string, option: string): Finding {
  const finding = error(
    'format-probed',
    span,
    `the format of \`${harmless(filename)}\` is not given, so qemu-img looks for one in its data`,
    'which format?',
    [
      `say it: ${option} qcow2, or ${option} raw where it is raw, as a guest can write the head of a qcow2 image into it`,
    ],
  );
  return { ...finding, severity: 'warning' };
}

/** `image` is opened, and QEMU with it what the image names as its backing. */
export function backingProbed(span: Span, image: string, backing: string): Finding {
  const finding = error(
    'format-probed',
    span,
    `\`${harmless(image)}\` records \`${harmless(backing)}\` as its backing file without a format, so QEMU looks for one in its data, which a guest may have written`,
    'over which format?',
    [
      `record it: ${['qemu-img', 'rebase', '-u', '-f', 'qcow2', '-b', backing, '-F', 'FORMAT', image].map(shellWord).join(' ')}, where FORMAT is qcow2, or raw where it is raw`,
      'or open what is below first, with its driver, and name that node: backing=NODE',
    ],
  );
  return { ...finding, severity: 'warning' };
}

/** `member` is the argument that has the secret. */
export function secretInScript(span: Span, member: string): Finding {
  const finding = error(
    'secret-in-script',
    span,
    `this \`${harmless(member)}\` is a secret, written where whoever reads the script reads it too`,
    'a secret',
    [
      'keep it in a file that QEMU reads: object-add qom-type=secret id=s0 file=/run/secrets/s0, then password-secret=s0 or key-secret=s0',
      'or let it be given when the script is run: param secret: string, then `$secret` here',
    ],
  );
  return { ...finding, severity: 'warning' };
}

const REACHES = {
  monitor: 'what it hands to the other monitor is not looked at, and can do whatever QEMU can',
  program: 'this one runs a program on the host of the QEMU',
  file: 'this one writes to a file, or reads from one, on the host of the QEMU',
};
