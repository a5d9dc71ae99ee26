import type { Theme } from './explanation.ts';

const ELSEWHERE = { setting: { command: 'elsewhere' } } as const;

/** What a script may do to a QEMU that somebody works with. */
export const safety: Theme = {
  title: 'What a QEMU that runs is kept safe from',
  explanations: {
    'command-not-allowed': {
      summary: 'A QMP command under its own name reaches beyond the block layer.',
      story: [
        'Whoever writes to a QMP socket can do whatever QEMU can: `migrate` runs programs, `chardev-add` opens sockets, `human-monitor-command` takes anything. What qblk makes of statements is a fixed set of commands. Under their own names a script may send those of the block layer, of jobs, of the NBD server and exports, every query, `stop`, `cont` and `quit`; on a QEMU that runs any other has to be allowed by whoever runs the script: `--allow-raw NAME`, once for each, where `*` stands for any characters.',
        'A migration needs `--allow-raw "migrate*"`. In a sandbox, in the simulator and where a script is only checked without a QEMU, everything passes.',
      ],
      fails: 'human-monitor-command command-line="info block"\n',
      passes: 'query-block\n',
      ...ELSEWHERE,
    },
    'path-outside': {
      summary: 'A file is outside of the folders that the script has to keep to.',
      story: [
        'With `--allow-path DIR` every file that a statement makes or opens, every socket, and every path of a `$` line and of `identical` has to lie in one of the folders given. A relative path of QEMU begins in the folder that QEMU was started in, which it does not tell, so it is written whole; a backing file may be named relative to its overlay, without `..`.',
        'Paths are compared as they are written, with `..` taken away. Symbolic links are not followed, since the QEMU may be on another host, and what an image that is opened has recorded as its own backing file is not looked at: name the backing node, or none (`backing=null`).',
      ],
      fails: 'add E driver=qcow2 filename=/etc/e.qcow2\n',
      passes: 'add E driver=qcow2 filename=/images/e.qcow2\n',
      ...ELSEWHERE,
    },
  },
};
