// Runs the built program a few times in this process, as users do, and stores what V8 compiled on the way:
// node tools/code-cache.cjs DIST NAME makes DIST/NAME.cache for DIST/NAME.cjs.
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { createServer } = require('node:net');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { Script } = require('node:vm');
const { brotliDecompressSync } = require('node:zlib');

const dist = resolve(process.argv[2]);
const name = process.argv[3];
const folder = mkdtempSync(join(tmpdir(), 'qblk-cache-'));
const script = join(folder, 'usual.qblk');
writeFileSync(
  script,
  `## What scripts are made of.
param disk: device
param speed: size = 0   "bytes per second"
chain $disk: A <- B <- C <- D
commit top=C base=A speed=$speed
expect chain $disk: A <- D
snapshot D overlay=E filename="e.qcow2"
if len([1, 2]) > 1 { print "two" }
commit top=E base=A then pivot within 10m
`,
);

// Answers as a QEMU without a guest would, its schema included: what does not fit only ends one run early.
const socket = join(folder, 'qmp.sock');
const replies = {
  qmp_capabilities: '{}',
  'query-qmp-schema': brotliDecompressSync(readFileSync(join(dist, 'snapshots/qapi.br')))
    .toString()
    .split('\n')[1],
  'x-debug-query-block-graph': '{"nodes": [], "edges": []}',
};
const server = createServer(stream => {
  stream.unref();
  stream.on('error', () => {});
  stream.write(
    '{"QMP": {"version": {"qemu": {"major": 10, "minor": 0, "micro": 0}, "package": ""}, "capabilities": ["oob"]}}\r\n',
  );
  stream.on('data', data => {
    for (const line of String(data).replaceAll('}{', '}\n{').split('\n')) {
      const { execute, id } = JSON.parse(line);
      stream.write(`{"return": ${replies[execute] ?? '[]'}, "id": ${id}}\r\n`);
    }
  });
});
server.listen(socket).unref();

const runs = [
  ['check', script, 'disk=disk0'],
  ['-c', 'query-block-jobs', '--qmp', socket],
  ['plan', script, 'disk=disk0'],
];
const filename = join(dist, `${name}.cjs`);
const program = new Script(readFileSync(filename, 'latin1'), { filename });
const next = () => {
  const given = runs.shift();
  if (!given) return;
  process.argv = [process.execPath, join(dist, 'qblk.cjs'), ...given];
  program.runInThisContext()(createRequire(filename), module, filename, dist);
};
process.on('beforeExit', next);
process.on('exit', () => {
  // How the runs ended does not matter here.
  process.exitCode = 0;
  rmSync(folder, { recursive: true, force: true });
  writeFileSync(join(dist, `${name}.cache`), program.createCachedData());
});
server.once('listening', next);
