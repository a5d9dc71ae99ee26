import type { Theme } from './explanation.ts';

const BEGIN = 'qblk run --durable nightly.qblk --qmp vm1.qmp\n';

/** Runs with a journal that do not begin, or can't go on. */
export const durableRuns: Theme = {
  title: 'Durable runs',
  explanations: {
    'qemu-held': {
      summary: 'A durable run that is not over is on this QEMU.',
      story: [
        'A durable run leaves a mark in its QEMU, a throttle group `qblk-run-RUN`. While it is there no second durable run begins, and of a script that does not fit this QEMU it is said that the other run may be why. `qblk plan` and `qblk check` warn of it. What is open, in use or named already is most likely what that run has made.',
        'Wait until it is over, or go on with it where it has broken off; where its journal is damaged, let go of it. `--steal` takes the QEMU away from it: then it can never go on, and its jobs and half-made files are yours to see to.',
      ],
      fails: `${BEGIN.trimEnd()} &\nqblk run --durable other.qblk --qmp vm1.qmp\n`,
      passes: `${BEGIN}qblk run --durable other.qblk --qmp vm1.qmp\n`,
      setting: { command: 'shell' },
    },
    'run-in-progress': {
      summary: 'Another program carries this run out right now.',
      story: [
        'Two programs that walk one journal would send each step twice, so the first one has a lock beside it. A lock whose program has ended, even by `kill -9` or a power cut, holds nobody up.',
      ],
      fails: 'qblk resume k7m2pq &\nqblk resume k7m2pq\n',
      passes: 'qblk resume k7m2pq\n',
      setting: { command: 'shell' },
    },
    'unknown-run': {
      summary: 'There is no durable run of this name, or none that has broken off.',
      story: [
        'Journals are kept below `$XDG_STATE_HOME/qblk/runs`, or `~/.local/state/qblk/runs`, of the user and on the machine that began the run. `qblk runs` lists them.',
      ],
      fails: 'qblk resume k7m2px\n',
      passes: 'qblk runs\nqblk resume k7m2pq\n',
      setting: { command: 'shell' },
    },
    'several-runs': {
      summary: 'More than one run has broken off, so the one that is meant has to be named.',
      story: [
        '`qblk runs` tells their scripts and their QEMUs. The name is the word at the beginning of a line.',
      ],
      fails: 'qblk resume\n',
      passes: 'qblk runs\nqblk resume k7m2pq\n',
      setting: { command: 'shell' },
    },
    'run-is-over': {
      summary: 'The run has ended, well or not, so there is nothing to go on with.',
      story: [
        "A script's own failure ends a run as its last statement does, deferred statements and all. What can be gone on with is a run that broke off: by a signal, a crash, or a lost connection.",
      ],
      fails: `${BEGIN}qblk resume k7m2pq\n`,
      passes: `${BEGIN}qblk runs --forget done\n`,
      setting: { command: 'shell' },
    },
    'journal-unreadable': {
      summary: 'The system does not let a journal, or the folder of journals, be used.',
      story: [
        'A journal is a file that only its owner can read and write. Another user, a folder in its place, or a file where the folder should be keeps qblk from it. Nothing was sent.',
      ],
      fails: 'sudo -u somebody-else qblk resume k7m2pq\n',
      passes: 'qblk resume k7m2pq\n',
      setting: { command: 'shell' },
    },
    'journal-damaged': {
      summary: 'A journal is not as it was written, so the run does not go on by it.',
      story: [
        'Each line has a sum over itself and all lines before it. A line that was changed, doubled, moved or taken out is found by it, and so is whatever else was put into the file. Half a line at the end is no damage: it is what a crash leaves, and what it was about was not sent.',
        'To go on by a wrong answer may do harm, so nothing is sent. See by hand how far the run came, do what is missing, and let go of the run: that takes its mark out of its QEMU, where the first line of the journal still tells which one that is.',
      ],
      fails: 'sed -i 5d ~/.local/state/qblk/runs/k7m2pq.jsonl\nqblk resume k7m2pq\n',
      passes: 'qblk show chain\nqblk show jobs\nqblk runs --forget k7m2pq\n',
      setting: { command: 'shell' },
    },
    'journal-of-other-version': {
      summary: 'The journal was written by another version of qblk, in a form that this one does not know.',
      story: ['Go on with the version that began the run. The QEMU and its jobs wait that long.'],
      fails: 'qblk resume made-by-another-version\n',
      passes: 'qblk resume k7m2pq\n',
      setting: { command: 'shell' },
    },
    'journal-disagrees': {
      summary: 'The script comes to another step than the journal has in its place.',
      story: [
        'A run goes on by walking its script from the beginning, with the answers of the journal. The script is in the journal, so it is the same; that it comes to something else means that another version of qblk reads it in another way, or that a file was edited.',
      ],
      fails: 'qblk resume k7m2pq    # with another version of qblk\n',
      passes: 'qblk resume k7m2pq\n',
      setting: { command: 'shell' },
    },
    'journal-not-written': {
      summary: 'A step can not be written down, so it was not sent.',
      story: [
        'A disk without room is the commonest reason. The run stands where it was; make room and go on with it.',
      ],
      fails: `XDG_STATE_HOME=/on-a-full-disk ${BEGIN}`,
      passes: BEGIN,
      setting: { command: 'shell' },
    },
    'run-folder-gone': {
      summary: 'The folder that the run began in is not there, or can not be entered.',
      story: [
        'Relative names of files on this host begin there. In another folder they would mean other files, so nothing is sent.',
      ],
      fails: `cd work && ${BEGIN.trimEnd()}; cd .. && mv work elsewhere\nqblk resume\n`,
      passes: 'mv elsewhere work\nqblk resume\n',
      setting: { command: 'shell' },
    },
    'another-qemu': {
      summary: "The QEMU at the run's address does not have the run's mark.",
      story: [
        'It was started again since, and its jobs went with the old one; or another run has taken it with `--steal`. What the run knows of nodes and jobs is of the past, so it does not go on.',
        'A copy that was not finished leaves its target behind. It looks like a sound image to `qemu-img check`, and holds only a part of the data.',
      ],
      fails: `${BEGIN}systemctl restart vm1    # in the middle of it\nqblk resume\n`,
      passes: `qblk show chain\nqblk runs --forget k7m2pq\n${BEGIN}`,
      setting: { command: 'shell' },
    },
    'wait-in-doubt': {
      summary: 'The run would begin with a wait that may be in vain.',
      story: [
        'An event may have come while nobody listened, and QEMU tells it once. A job that an I/O error has paused does not go on by itself. Both look the same as a wait that is merely long, so a person has to say what is meant.',
      ],
      fails: 'qblk resume k7m2pq\n',
      passes: 'qblk resume k7m2pq --redo-step\n',
      setting: { command: 'shell' },
    },
    'step-in-doubt': {
      summary: 'What became of the step in the middle of which the run broke off can not be told.',
      story: [
        'Of most commands the state of QEMU tells whether they were carried out: a job is there, or the chain is as after it. Of a program of the host, of a command that changes nothing that can be seen, or of one that qblk does not know, it does not. To send it twice may do harm, and so may leaving it out.',
      ],
      fails: 'qblk resume k7m2pq\n',
      passes: 'qblk show chain\nqblk resume k7m2pq --skip-step\n',
      setting: { command: 'shell' },
    },
    'chain-moved': {
      summary: 'The chain is neither as it was before the step in flight nor as it is after it.',
      story: [
        'Somebody else has worked on the same disks since the run broke off. The message shows all three chains. Put the chain back as it was and go on, or say what became of the step: the run goes on from the chain that there is.',
      ],
      fails: 'qblk resume k7m2pq\n',
      passes: 'qblk show chain\nqblk resume k7m2pq --redo-step\n',
      setting: { command: 'shell' },
    },
  },
};
