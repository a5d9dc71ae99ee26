import fc from 'fast-check';

const key = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...'ab c{}\n=日é', '👨‍👩‍👧', 'co', '<return>') },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(
        ...[
          'left',
          'right',
          'up',
          'down',
          'home',
          'end',
          'tab',
          'S-tab',
          'backspace',
          'delete',
          'escape',
          'pagedown',
          'pageup',
        ],
        ...[
          'C-a',
          'C-k',
          'C-u',
          'C-w',
          'C-y',
          'M-y',
          'C-_',
          'M-/',
          'C-t',
          'C-r',
          'C-s',
          'C-c',
          'C-d',
          'C-x',
          'C-p',
          'C-n',
        ],
        ...['M-b', 'M-f', 'M-d', 'M-backspace', 'M-return', 'paste:x\ny', 'paste:\x1b[A\t'],
      )
      .map(name => `<${name}>`),
  },
);
/** Any keys, as a script of `keysOf`. */
export const anyScript = fc.array(key, { maxLength: 40 }).map(keys => keys.join(''));
