import type { Theme } from './explanation.ts';

/** What comes along when somebody pastes from a document or a terminal. */
export const pasted: Theme = {
  title: 'Pasting',
  explanations: {
    'document-text': {
      summary: 'A line of prose, markup or a drawing was pasted along with the commands of a document.',
      story: [
        'Commands of a document can be pasted as they stand: lines behind `(QEMU)`, `->` and `$`, JSON objects, and the replies printed under them, which are skipped. What the document says around them is not a command, and qblk does not guess which of it might be one.',
        'A drawn chain says what is there; with the verb `chain` before it, it becomes a demand that is checked before anything is sent.',
      ],
      fails: '.. note:: The job ends by itself.\n[A] <-- [B]\n',
      passes: '# The job ends by itself.\nchain [A] <-- [B]\n',
    },
    'monitor-prompt': {
      summary: 'A line of the human monitor was pasted.',
      story: [
        'The prompt `(qemu)` is that of the human monitor (HMP), `(QEMU)` that of the qmp-shell. Their commands differ. Most of what one does in the human monitor has a command in QMP; `human-monitor-command` sends a line to it all the same and gives its answer as text.',
      ],
      fails: '(qemu) info block\n',
      passes: 'human-monitor-command command-line="info block"\n',
    },
    'missing-dollar': {
      summary: 'A program of the host stands where a statement should.',
      story: [
        'Statements are sent to QEMU. A program that runs beside it, on the host, stands in a line that begins with `$` and a space, so that a script shows at a glance what it does to the host. Only QEMU’s own image tools are allowed unless you say otherwise.',
        'A script does not start a QEMU and needs no qmp-shell: it talks to a QEMU that runs, or to a sandbox.',
      ],
      fails: 'qemu-img info e.qcow2\n',
      passes: '$ qemu-img info e.qcow2\n',
    },
  },
};
