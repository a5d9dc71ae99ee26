import type { Span } from '../../text/source.ts';
import type { Finding } from '../diagnostic.ts';

/** What the graph's rules say against a command: they speak in whole sentences, messages do not. */
export function refusedByGraph(
  span: Span,
  refusal: { readonly code: string; readonly message: string; readonly help?: readonly string[] },
): Finding {
  return {
    severity: 'error',
    code: refusal.code,
    message: fromSentence(refusal.message),
    primary: { span, text: '' },
    help: refusal.help ?? [],
  };
}

/** A chain that is not as the script says; `sentence` tells both. */
export function chainDiffers(span: Span, code: string, sentence: string): Finding {
  return {
    severity: 'error',
    code,
    message: fromSentence(sentence),
    primary: { span, text: code === 'chain-differs' ? 'not as it is' : '' },
    help: code === 'chain-differs' ? ['`show chain` draws what there is'] : [],
  };
}

function fromSentence(sentence: string): string {
  const text = sentence.replace(/\.$/, '');
  return /^[A-Z][a-z]* /.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}
