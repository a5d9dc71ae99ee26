import type { Span } from '../../text/source.ts';
import { error, type Finding, type Label } from '../diagnostic.ts';
import { didYouMean } from './values.ts';

/**
 * What the graph's rules say against a command: they speak in whole sentences, messages do not. `earlier` points at the
 * statement that brought it about.
 */
export function refusedByGraph(
  span: Span,
  refusal: { readonly code: string; readonly message: string; readonly help?: readonly string[] },
  earlier?: Label,
): Finding {
  return {
    severity: 'error',
    code: refusal.code,
    message: fromSentence(refusal.message),
    primary: {
      span,
      text:
        refusal.code === 'file-exists' ? 'would be overwritten' : earlier ? (AFTER[refusal.code] ?? '') : '',
    },
    ...(earlier ? { secondary: [earlier] } : {}),
    help: refusal.help ?? [],
  };
}

/** What stands at the fault where another label says how it came about. */
const AFTER: Readonly<Record<string, string>> = {
  'invalid-node-used': 'used after that',
  'node-in-use': 'still busy here',
  'frozen-link': 'still busy here',
  'job-id-in-use': 'again here',
};

export function startedHere(type: string): string {
  return `the ${type} job starts here`;
}

/** What a job did to the contents of a node. */
export function spoiledHere(type: string, into: string | undefined): string {
  return type === 'commit'
    ? `the commit here took its contents${into === undefined ? '' : ` into \`${into}\``}`
    : `the ${type} into it, started here, was broken off`;
}

export const madeHere = 'the file is made here';

/** What to do about a chain that does not fit. */
const CHAIN_HELP: Readonly<Record<string, readonly string[]>> = {
  'chain-differs': ['`show chain` draws what there is'],
  'name-elsewhere': [
    "use another name for it in this line: the node's own, or one that no image of the chain has, as in base <- older <- top",
  ],
};

/** What stands where a device should, and is called like none; see `WordForDevice` of the graph. */
interface NoDevice {
  readonly name: string;
  readonly chain?: string;
  readonly device?: string;
  readonly isBare: boolean;
  readonly isEmpty: boolean;
}

function helpForNoDevice({ name, chain, device, isBare, isEmpty }: NoDevice): string[] {
  if (chain !== undefined && device !== undefined)
    return [`\`${name}\` is a node in the chain of \`${device}\`: write \`chain ${device}: …\``];
  if (chain !== undefined)
    return [`\`${name}\` is a node that no device uses: leave the device out, \`chain ${chain}\``];
  if (isEmpty) return [`${OPEN_FIRST}, and name its chain without a device: \`chain NODE\``, START_WITH_DISK];
  return isBare ? ['a chain of nodes stands without a device: `chain A <- B`; `show nodes` lists them'] : [];
}

/** What to do where a QEMU has no image at all. */
export const OPEN_FIRST = 'no image is open: open one first, `add NODE driver=qcow2 filename=FILE`';

const START_WITH_DISK =
  'or start QEMU with a disk: `-blockdev … -device virtio-blk,drive=NODE`; a storage daemon: `--blockdev … --export …`';

/** A chain that is not as the script says; `sentence` tells both. */
export function chainDiffers(span: Span, code: string, sentence: string, word?: NoDevice): Finding {
  return {
    severity: 'error',
    code,
    message: fromSentence(sentence),
    primary: { span, text: code === 'chain-differs' ? 'not as it is' : '' },
    help: word ? helpForNoDevice(word) : (CHAIN_HELP[code] ?? []),
  };
}

/** A name of the script's own is that of a node outside of the chain. */
export function nodeNameHidden(span: Span, name: string, node: string): Finding {
  const message = `\`${name}\` stands for the node \`${node}\` from here on, and no longer for the node that QEMU calls \`${name}\``;
  const help = [`to keep both, use another name for it in this line, as in base <- older <- top`];
  return { ...error('node-name-hidden', span, message, 'not that node', help), severity: 'warning' };
}

function fromSentence(sentence: string): string {
  const text = sentence.replace(/\.$/, '');
  return /^[A-Z][a-z]* /.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}

/** Offline: the `chain` lines tell of no such node. `deviceNode` is the node of the device that is called so. */
export function undeclaredNode(
  span: Span,
  name: string,
  known: readonly string[],
  deviceNode: string | undefined,
): Finding {
  const help =
    deviceNode === undefined
      ? [...didYouMean(name, known), 'if it is there, say so in a `chain` line']
      : [`write the node's name: \`${deviceNode}\` is what the device uses`];
  const message =
    deviceNode === undefined
      ? `no \`chain\` line has a node \`${name}\`, and nothing before this line makes it`
      : `\`${name}\` is a device, and this takes a node`;
  const label = deviceNode === undefined ? 'not declared' : 'not a node';
  return { ...error('node-not-declared', span, message, label, help), severity: 'warning' };
}
