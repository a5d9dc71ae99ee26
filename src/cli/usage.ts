/** What `qblk --help` prints. */
export const usage = `qblk: the language for QEMU's live block operations

usage: qblk COMMAND [options] [name=value …]

  [repl] --sandbox        a prompt on a scratch disk; with --qmp on a QEMU that runs
  run FILE|-              check a script against a QEMU, then run it
  -c 'STATEMENT; …'       the same for a line of script
  resume [RUN]            go on with a run that began with run --durable, after whatever broke it off
  runs                    such runs and their states
  plan FILE|-             what would be sent, and what each statement changes: chains, files
  compile FILE|-          the plan for machines: a JSON object a step
  check [--fix] FILE…     diagnostics only; --fix makes the changes that are certain
  fmt [--check] FILE…     rewrite scripts in the one layout
  schema [COMMAND]        what a QEMU accepts
  show [chain|nodes|jobs|bitmaps|exports|status] [NAME]
                          one look at a QEMU that runs
  sim --listen URI [FILE] a simulated QEMU for any QMP client, with the disks that head a script
  test PATH…              run documents: scripts, and Markdown with scripts and what comes of them
  explain [CODE…]         the story of a diagnostic, such as base-above-top
  help [COMMAND|STATEMENT]
                          the statements of the language; a command, or one of them

  qblk FILE.qblk …        is qblk run FILE.qblk …; with --help it tells the script's parameters

the QEMU
  --qmp URI               its QMP monitor; else $QBLK_QMP. A path or unix:PATH; tcp:HOST:PORT;
                          tls:HOST:PORT[?ca=FILE&cert=FILE&key=FILE&server-name=NAME];
                          ssh://[USER@]HOST[:PORT]/PATH, a socket of another host; 'exec:PROGRAM WORD…', a
                          program whose standard input and output are QMP
  --target NAME=URI       the same of an endpoint that the script declares; once for each
  --sandbox[=ENGINE]      a scratch QEMU with the script's own chain, removed afterwards:
                          auto (the default), qemu, storage-daemon, or sim, the built-in simulator,
                          which auto takes too where there is no QEMU
  --trace FILE            write down every message on the wire, without secrets; \`qblk test --replay FILE SCRIPT\`
                          runs a script on it, in the place of the QEMU
  --keep                  leave the sandbox's folder behind
  --on-interrupt WHAT     at a signal a run leaves its jobs, or ends them: leave (the default) or cancel;
                          at a terminal Ctrl-C asks
  --allow-exec NAME       let \`$\` lines of the script run this program too; once for each
  --allow-raw NAME        let it send a QMP command beyond the block layer to a QEMU that runs; \`*\`: any characters
  --allow-path DIR        keep the files of its statements and \`$\` lines to this folder; once for each
  --allow-libvirt         let it change the disks of libvirt's guests behind libvirt's back
  --qemu VERSION          without a QEMU: the bundled schema to check against or to simulate, the newest by default
  --program PROGRAM       and whose: system (the default) or storage-daemon

plans
  -o, --out FILE          save the plan as well, as one JSON document; \`plan --json\` prints the same
  --plan FILE             run a saved plan: exactly what was shown, and nothing where the QEMU has changed
  --detailed-exitcode     of plan: 0 nothing would change, 1 an error, 2 something would change

runs that go on
  --reconnect DURATION    how long a lost connection is tried again; by default 30s, 2s where nobody listens
  --durable               of run: keep a journal of each step, so that resume can go on
  --steal, --no-marker    take the QEMU away from an unfinished run; make no mark in the QEMU
  --redo-step, --skip-step
                          of resume: what became of the step in the middle, where only you can tell
  --forget RUN|done       of runs: remove one, or all that have ended

output
  --json                  NDJSON records on stdout
  -q, --quiet             results and errors only
  --color, --no-color     else colour is for terminals, unless NO_COLOR is set
  -h, --help   -V, --version

exit codes
  0 done    1 QEMU refused or a job failed    2 usage    3 the script is wrong
  4 no connection, or held by a durable run    5 an expectation failed    6 out of time    130 interrupted
`;
