/** What whoever runs a script allows it on a QEMU that runs, or keeps it from. */
export interface Allowances {
  /** The commands beyond the block layer that it may send under their own names; `*` stands for any characters. */
  readonly raw?: ReadonlySet<string> | undefined;
  /** The folders, whole and plain, in which every file lies that it makes or opens; without any there is no such bound. */
  readonly paths?: readonly string[] | undefined;
  /** Where relative paths of `$` lines begin, whole. */
  readonly folder?: string | undefined;
  /** Whether it may change the disks of a guest that libvirt keeps the books of. */
  readonly libvirt?: boolean | undefined;
}

/** What is known of a guest of libvirt's beside its block graph. */
export interface LibvirtGuest {
  /** Its name, as virsh takes it. */
  readonly domain?: string;
}
