/** What a client may send, and what a QEMU with a monitor that has negotiated says to it: classes and words. */
export interface Exchange {
  readonly sent: string;
  /** A class and QEMU's words for an error, `return` for anything else. */
  readonly heard: readonly string[];
}

const parse = (words: string) => `GenericError: JSON parse error, ${words}`;
const generic = (words: string) => `GenericError: ${words}`;
const done = 'return';

/** What can't be read, and what is said about it. Each line is complete, so that nothing is left for the next. */
export const garbled: readonly Exchange[] = [
  { sent: 'foo\n', heard: [parse("invalid keyword 'foo'")] },
  { sent: '{]\n', heard: [parse('expecting value')] },
  { sent: '{"a" 1}\n', heard: [parse('missing : in object pair')] },
  { sent: '{"a":}\n', heard: [parse('expecting value')] },
  { sent: '{1:2}\n', heard: [parse('key is not a string in object')] },
  { sent: '{"execute":"query-jobs",}\n', heard: [parse('expecting value')] },
  { sent: '{"a":1 "b":2}\n', heard: [parse('expected separator in dict')] },
  { sent: '{"a":[1 2]}\n', heard: [parse('expected separator in list')] },
  { sent: '{"a":[1,]}\n', heard: [parse('expecting value')] },
  { sent: '{"execute":"a","execute":"b"}\n', heard: [parse('duplicate key')] },
  { sent: '{"a":"\\q"}\n', heard: [parse('invalid escape sequence in string')] },
  { sent: '{"a":"\\ud800"}\n', heard: [parse('\\ud800 is not a valid Unicode character')] },
  { sent: '{"a":tru}\n', heard: [parse("invalid keyword 'tru'")] },
  { sent: '{"a":%d}\n', heard: [parse("stray '%'"), parse('expecting value')] },
  { sent: '{"a":01}\n', heard: [parse("stray '01'"), parse('expecting value')] },
  { sent: '{"a":1.}\n', heard: [parse("stray '1.}'")] },
  { sent: '{"a":-}\n', heard: [parse("stray '-}'")] },
  { sent: '{"a":"x\ty"}\n', heard: [parse("stray '\"x\t'"), parse('expecting value')] },
  { sent: '"abc\n', heard: [parse("stray '\"abc\n'")] },
  { sent: '}\n', heard: [parse('expecting value')] },
  { sent: ',\n', heard: [parse('expecting value')] },
  { sent: '[[]\n{"execute":"query-jobs"}\n]\n', heard: [parse('expected separator in list')] },
  { sent: 'garbage {"execute":"query-jobs"}\n', heard: [parse("invalid keyword 'garbage'"), done] },
  {
    sent: '{"a":@}\n{"execute":"query-jobs"}\n',
    heard: [parse("stray '@'"), parse('expecting value'), done],
  },
  { sent: '[1,2]\n', heard: [generic('QMP input must be a JSON object')] },
  { sent: '-5\n', heard: [generic('QMP input must be a JSON object')] },
  {
    sent: "'it''s'\n",
    heard: [generic('QMP input must be a JSON object'), generic('QMP input must be a JSON object')],
  },
  { sent: '{"execute":5}\n', heard: [generic("QMP input member 'execute' must be a string")] },
  { sent: '{"arguments":{}}\n', heard: [generic("QMP input lacks member 'execute'")] },
  {
    sent: '{"execute":"query-jobs","arguments":[]}\n',
    heard: [generic("QMP input member 'arguments' must be an object")],
  },
  { sent: '{"execute":"query-jobs","foo":5}\n', heard: [generic("QMP input member 'foo' is unexpected")] },
  {
    sent: '{} {"a":1}}\n',
    heard: [
      generic("QMP input lacks member 'execute'"),
      generic("QMP input member 'a' is unexpected"),
      parse('expecting value'),
    ],
  },
];

/** Commands that QEMU can read and does not take, and some that it takes. */
export const refused: readonly Exchange[] = [
  { sent: "{'execute':'query-jobs'}", heard: [done] },
  { sent: '{"execute":"query-jobs"}{"execute":"query-jobs"}', heard: [done, done] },
  { sent: '{"execute":"blok"}', heard: ['CommandNotFound: The command blok has not been found'] },
  {
    sent: '{"execute":"qmp_capabilities"}',
    heard: ['CommandNotFound: Capabilities negotiation is already complete, command ignored'],
  },
  { sent: '{"execute":"query-jobs","arguments":{"x":1}}', heard: [generic("Parameter 'x' is unexpected")] },
  { sent: '{"execute":"block-commit"}', heard: [generic("Parameter 'device' is missing")] },
  ...refusedArguments('block-commit', [
    ['{"device":5}', "Invalid parameter type for 'device', expected: string"],
    ['{"device":null}', "Invalid parameter type for 'device', expected: string"],
    ['{"device":"D","speed":"x"}', "Invalid parameter type for 'speed', expected: integer"],
    ['{"device":"D","speed":1.5}', "Invalid parameter type for 'speed', expected: integer"],
    ['{"device":"D","foo":1}', "Parameter 'foo' is unexpected"],
    ['{"device":"D","on-error":"x"}', "Parameter 'on-error' does not accept value 'x'"],
    ['{"device":"D","auto-dismiss":1}', "Invalid parameter type for 'auto-dismiss', expected: boolean"],
  ]),
  ...refusedArguments('blockdev-add', [
    ['{"node-name":"x"}', "Parameter 'driver' is missing"],
    ['{"driver":"qcow2"}', "Parameter 'file' is missing"],
    ['{"driver":"qcow3","node-name":"x"}', "Parameter 'driver' does not accept value 'qcow3'"],
    [
      '{"driver":"qcow2","node-name":"x","file":5}',
      "Invalid parameter type for 'file', expected: BlockdevRef",
    ],
    [
      '{"driver":"qcow2","node-name":"x","file":"A","backing":5}',
      "Invalid parameter type for 'backing', expected: BlockdevRefOrNull",
    ],
    ['{"driver":"qcow2","node-name":"x","file":{"driver":"file"}}', "Parameter 'file.filename' is missing"],
    [
      '{"driver":"qcow2","node-name":"x","file":{"driver":"file","filename":"x","zz":1}}',
      "Parameter 'file.zz' is unexpected",
    ],
  ]),
  ...refusedArguments('transaction', [
    ['{"actions":5}', "Invalid parameter type for 'actions', expected: array"],
    ['{"actions":[5]}', "Invalid parameter type for 'actions[0]', expected: object"],
    ['{"actions":[{"type":"abort"}]}', "Parameter 'actions[0].data' is missing"],
    [
      '{"actions":[{"type":"blockdev-backup","data":{"device":5}}]}',
      "Invalid parameter type for 'actions[0].data.device', expected: string",
    ],
  ]),
  ...refusedArguments('block_resize', [
    ['{"node-name":"D","size":99999999999999999999}', "Invalid parameter type for 'size', expected: integer"],
  ]),
  { sent: '{"execute":"job-cancel","arguments":{"id":"x"}}', heard: [generic('Job not found')] },
  {
    sent: '{"execute":"block-job-cancel","arguments":{"device":"x"}}',
    heard: ["DeviceNotActive: Block job 'x' not found"],
  },
  {
    sent: '{"execute":"block-stream","arguments":{"job-id":"j","device":"nobody"}}',
    heard: [generic("Cannot find device='nobody' nor node-name='nobody'")],
  },
];

function refusedArguments(command: string, cases: readonly (readonly [string, string])[]): Exchange[] {
  return cases.map(([args, words]) => ({
    sent: `{"execute":"${command}","arguments":${args}}`,
    heard: [generic(words)],
  }));
}

/** A message as an Exchange notes it. */
export function heardAs(message: any): string {
  return message.error ? `${message.error.class}: ${message.error.desc}` : 'return';
}
