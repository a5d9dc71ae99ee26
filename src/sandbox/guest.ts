import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A guest that writes to its first disk all the time: an option ROM of 512 bytes, which QEMU's BIOS boots instead of a disk.
 * Some hundred times a second it writes a number, one higher each time, throughout one sector; when the disk has taken that,
 * it notes the number in its RAM. So whatever the note says must be on the disk, wherever that is by then.
 */
export const writingGuest = {
  /** The first sector that it writes, behind what the images of a sandbox hold at first. */
  firstSector: 16_384,
  /** How many sectors it writes in turn, over and over. */
  sectors: 16_384,
  /** The monitor's command (HMP) that shows the note. */
  look: 'xp /4xw 0x8000',
} as const;

/** The sector that a number goes to. */
export function sectorOf(number: number): number {
  return writingGuest.firstSector + (number % writingGuest.sectors);
}

/** What the guest has noted. */
export interface GuestNote {
  /** The last number that the disk has taken; 0 before the first. The next one may be on the disk, too. */
  readonly acknowledged: number;
  /** How many writes came back with an error. Each is tried again. */
  readonly failed: number;
}

const MARK = 0x6b6c6271;

/** Reads the monitor's answer to `look`; undefined while the guest has not begun. */
export function readNote(answer: string): GuestNote | undefined {
  const words = (answer.split(': ')[1] ?? '').trim().split(/\s+/).map(Number);
  const [mark, , acknowledged, failed] = words;
  return mark === MARK && acknowledged !== undefined && failed !== undefined
    ? { acknowledged, failed }
    : undefined;
}

const FILE = 'guest.rom';

/** The arguments that give a QEMU this guest; its disks are on virtio-blk, and its machine is `pc`. */
export const guestArguments: readonly string[] = ['-option-rom', `${FILE},bootindex=0`];

/** Puts the guest's file into QEMU's working folder. */
export function makeGuest(directory: string): void {
  writeFileSync(join(directory, FILE), guestRom());
}

/**
 * The program, for a processor in real mode. At 0000:8000 is the note: a mark, nothing, the last number that was taken, the
 * failures. At 8020 is the packet for the BIOS, at 8200 the sector to write.
 */
const PROGRAM: readonly (readonly [bytes: string, meaning: string])[] = [
  ['fc', 'cld'],
  ['66 31 c0', 'xor eax, eax'],
  ['8e d8', 'mov ds, ax'],
  ['8e c0', 'mov es, ax'],
  ['8e d0', 'mov ss, ax'],
  ['bc 00 7c', 'mov sp, 0x7c00'],
  ['66 a3 08 80', 'mov [0x8008], eax: no number was taken yet'],
  ['66 a3 0c 80', 'mov [0x800c], eax: nothing failed yet'],
  ['66 a3 2c 80', 'mov [0x802c], eax: the upper half of the sector number'],
  ['66 c7 06 20 80 10 00 01 00', 'mov dword [0x8020], 0x00010010: a packet of 16 bytes for one sector'],
  ['66 c7 06 24 80 00 82 00 00', 'mov dword [0x8024], 0x00008200: whose data are at 0000:8200'],
  ['66 c7 06 00 80 71 62 6c 6b', 'mov dword [0x8000], "qblk": the note is there'],
  ['b0 34', 'mov al, 0x34: the timer counts down from'],
  ['e6 43', 'out 0x43, al'],
  ['b0 a9', 'mov al, 0xa9: 0x04a9, a thousand times a second'],
  ['e6 40', 'out 0x40, al'],
  ['b0 04', 'mov al, 0x04'],
  ['e6 40', 'out 0x40, al'],
  ['fb', 'sti'],
  ['66 8b 1e 08 80', 'next: mov ebx, [0x8008]'],
  ['66 43', 'inc ebx: the number to write'],
  ['66 89 d8', 'mov eax, ebx'],
  ['bf 00 82', 'mov di, 0x8200'],
  ['b9 80 00', 'mov cx, 128'],
  ['66 f3 ab', 'rep stosd: throughout the sector'],
  ['66 25 ff 3f 00 00', 'and eax, 16383: its place in the region'],
  ['66 05 00 40 00 00', 'add eax, 16384: which begins at 8 MiB'],
  ['66 a3 28 80', 'mov [0x8028], eax'],
  ['66 53', 'push ebx'],
  ['b8 00 43', 'mov ax, 0x4300: write by packet'],
  ['b2 80', 'mov dl, 0x80: to the first disk'],
  ['be 20 80', 'mov si, 0x8020'],
  ['cd 13', 'int 0x13'],
  ['66 5b', 'pop ebx'],
  ['72 08', 'jc failed'],
  ['66 89 1e 08 80', 'mov [0x8008], ebx: the disk has taken it'],
  ['f4', 'hlt: until the timer ticks'],
  ['eb c5', 'jmp next'],
  ['66 ff 06 0c 80', 'failed: inc dword [0x800c]'],
  ['f4', 'hlt'],
  ['eb bd', 'jmp next'],
];

const SIZE = 512;
const HEADER = 0x20;
const NAME = 0x40;
const ENTRY = 0x50;

/** The ROM: a header that offers to boot, so that the BIOS takes it for a boot device, and the program. */
function guestRom(): Buffer {
  const rom = Buffer.alloc(SIZE);
  // The mark of a ROM, its size in sectors, and at its entry point a far return: there is nothing to set up.
  rom.set([0x55, 0xaa, SIZE / 512, 0xcb]);
  rom.writeUInt16LE(HEADER, 0x1a);
  rom.write('$PnP', HEADER, 'latin1');
  // Version 1, a header of two times 16 bytes.
  rom.set([1, 2], HEADER + 4);
  rom.writeUInt16LE(NAME, HEADER + 0x10);
  rom.writeUInt16LE(ENTRY, HEADER + 0x1a);
  rom.write('qblk guest\0', NAME, 'latin1');
  rom.set(Buffer.from(PROGRAM.map(([bytes]) => bytes.replaceAll(' ', '')).join(''), 'hex'), ENTRY);
  rom[HEADER + 9] = balance(rom.subarray(HEADER, NAME));
  rom[SIZE - 1] = balance(rom);
  return rom;
}

/** The byte that makes the sum of all a multiple of 256. */
function balance(bytes: Buffer): number {
  return -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
}
