import type { Theme } from './explanation.ts';

/** Where images lie in a chain, and what may be done with them there. */
export const chains: Theme = {
  title: 'Images and their chain',
  explanations: {
    'base-above-top': {
      summary: 'The base of a commit lies above its top.',
      story: [
        "A commit copies downward: everything above `base`, up to and with `top`, is merged into `base`. With the two the wrong way round there is nothing between them to merge. QEMU refuses it as well, as `'C' is not in this backing file chain`, which is puzzling when one can see that it is.",
      ],
      fails: 'chain disk0: A <- B <- C <- D\ncommit top=B base=C\n',
      passes: 'chain disk0: A <- B <- C <- D\ncommit top=C base=B\n',
    },
    'base-is-top': {
      summary: 'An image should be committed into itself.',
      story: [
        'The base is the image that takes the data, and lies below the top. To merge an image into the one right below it, name that one as the base; without `base=` everything goes down into the lowest image of the chain.',
      ],
      fails: 'chain disk0: A <- B <- C\ncommit B base=B\n',
      passes: 'chain disk0: A <- B <- C\ncommit B base=A\n',
    },
    'base-not-below': {
      summary: 'The base of a stream does not lie below the image that is streamed into.',
      story: [
        'A stream copies upward: what lies between `base` and the image is copied up into the image, which then lies directly over `base`. So `base` is the highest image that stays below. Without it everything is copied, and the image stands alone.',
      ],
      fails: 'chain disk0: A <- B <- C\nstream B base=C\n',
      passes: 'chain disk0: A <- B <- C\nstream C base=A\n',
    },
    'not-in-chain': {
      summary: 'Two images that should be in one chain are not.',
      story: [
        'A commit moves data along backing links, so the base is reached from the top by going down. An image of another disk never is, however alike the names are.',
      ],
      fails: 'chain disk0: A <- B\nchain disk1: K <- L\ncommit B base=K then pivot\n',
      passes: 'chain disk0: A <- B\nchain disk1: K <- L\ncommit B base=A then pivot\n',
    },
    'not-a-root': {
      summary: 'Only the uppermost image of a chain will do here.',
      story: [
        'A new overlay goes on the active layer, and a mirror copies what the guest sees: both work on the node that the device uses. QEMU answers `Need a root block node` for any other.',
        'After a commit, nodes that were opened under a name stay open above the image that took their data, and it is no root while they are there. Close them with `del`, from the top down.',
      ],
      fails: 'chain disk0: A <- B <- C\nsnapshot B overlay=X filename=x.qcow2\n',
      passes: 'chain disk0: A <- B <- C\nsnapshot C overlay=X filename=x.qcow2\n',
    },
    'invalid-node-used': {
      summary: 'The contents of this image are of no use any more.',
      story: [
        "An overlay holds only the clusters that were written since it was made; for the rest it asks the image below. `commit C base=A` changes A, so B and C, and every other overlay of A, now read a mixture of old and new. QEMU's document says that they are invalid, and QEMU uses them all the same, without a word.",
        'After a stream it is another thing: the images between stay valid, since nothing below them was changed.',
      ],
      fails: 'chain disk0: A <- B <- C <- D\ncommit C base=A\nsnapshot C overlay=X filename=x.qcow2\n',
      passes: 'chain disk0: A <- B <- C <- D\ncommit C base=A\nsnapshot D overlay=X filename=x.qcow2\n',
    },
    'hidden-end': {
      summary: 'A shorter image hides the end of a longer one, which would show up again.',
      story: [
        'When an overlay is shorter than the image below it, the guest, or a longer image on top, reads zeros behind its end and not the old data below. Merging the short image away removes that curtain: the old end of the base would appear in the disk. QEMU does it without a word.',
      ],
      fails: 'chain disk0: A size=32M <- B size=16M <- C size=32M\ncommit B base=A\n',
      passes: 'chain disk0: A size=32M <- B size=32M <- C size=32M\ncommit B base=A\n',
    },
    'chain-differs': {
      summary: 'The chain is not the one that the script names.',
      story: [
        'A `chain` line is a condition: where the disk has another chain than the script was written for, nothing is sent. `expect chain` says what must have come of the statements before it. The left is the base, the right the active layer; `...` stands for any number of images.',
      ],
      fails: 'chain disk0: A <- B <- C\ncommit B base=A\nexpect chain disk0: A <- B <- C\n',
      passes: 'chain disk0: A <- B <- C\ncommit B base=A\nexpect chain disk0: A <- C\n',
    },
    'chain-unknown': {
      summary: 'What lies at the end of the chain is not known.',
      story: [
        'A comparison down to the base needs the base. QEMU shows the whole chain of nearly every disk; where some driver hides what it reads from, qblk says that it does not know rather than that the chain is another. Begin the chain with `...` to leave its end open.',
      ],
      fails: 'chain disk0: A <- B\n',
      passes: 'chain disk0: ... <- B\n',
      setting: { command: 'elsewhere' },
    },
    'ambiguous-chain': {
      summary: 'A chain fits in more than one way, or names no image at all.',
      story: [
        'With two `...` in a chain the names between them may have several places, and a chain without a device has to name an image to be found at all. A node is never guessed.',
      ],
      fails: 'chain ...\n',
      passes: 'chain disk0: base <- ... <- active\n',
    },
    'ambiguous-image': {
      summary: 'More than one image answers to this name.',
      story: [
        'Without a device the names of a chain are node-names, else file names. Two disks with a `top.qcow2` each, in two folders, are told apart by their devices or by the whole path.',
      ],
      fails:
        'chain disk0: A <- B="one/top.qcow2"\nchain disk1: K <- L="two/top.qcow2"\nchain A <- top.qcow2\n',
      passes:
        'chain disk0: A <- B="one/top.qcow2"\nchain disk1: K <- L="two/top.qcow2"\nchain disk0: A <- top.qcow2\n',
    },
    'unknown-image': {
      summary: 'A chain names an image that is not there.',
      story: [
        'Names in a chain are node-names, else file names that only one image has. With a device they bind by position, whatever the nodes are called: `chain disk0: base <- top`.',
      ],
      fails: 'chain disk0: A <- B\nexpect chain A <- C\n',
      passes: 'chain disk0: A <- B\nexpect chain A <- B\n',
      setting: { command: 'run' },
    },
    'unknown-device': {
      summary: 'There is no device, block backend or export of this name.',
      story: [
        "The name before the `:` is a guest device's id or QOM path, a block backend's name, or an export's id. `qblk show chain` puts it in brackets at the end of each chain. A storage daemon has no devices; what it shows is its exports.",
      ],
      fails: 'chain disk0: A <- B\nexpect chain disk1: A <- B\n',
      passes: 'chain disk0: A <- B\nexpect chain disk0: A <- B\n',
      setting: { command: 'run' },
    },
    'duplicate-name': {
      summary: 'A chain names two of its images alike.',
      story: ['Names bind by position, so each image of a chain needs its own.'],
      fails: 'chain disk0: A <- B <- A\n',
      passes: 'chain disk0: A <- B <- C\n',
    },
    'name-elsewhere': {
      summary: 'A name would stand for one image and is the node-name of another.',
      story: [
        'The names of a chain with a device bind by position. If `A` stands at the place of the node `B`, while another image of the same chain is the node `A`, then one of the two was meant, and nothing says which. A commit into the wrong one would be a disaster.',
      ],
      fails: 'chain disk0: A <- B\nif chain disk0: A <- B { chain disk0: B <- A }\n',
      passes: 'chain disk0: A <- B\nif chain disk0: A <- B { chain disk0: base <- top }\n',
    },
    'node-name-hidden': {
      summary: 'A name that a chain binds is the node-name of an image outside of that chain.',
      story: [
        "The names of a chain are the script's own. From its line on such a name stands for the image at its place, and the other node, which is open all the while, has no name in the script: a statement that meant it would be about the wrong disk.",
        'If that node is not used, nothing is wrong. In a procedure nothing is said, since its names end with each call.',
      ],
      fails: 'chain disk0: A <- B\nchain disk1: X <- Y\nchain disk1: A <- top\n',
      passes: 'chain disk0: A <- B\nchain disk1: X <- Y\nchain disk1: base <- top\n',
    },
  },
};
