import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openSession, type Session } from '../../src/qmp/session.ts';
import { findEngines } from '../../src/sandbox/engines.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';

/** The built program. Throws where it is not built. */
export function builtProgram(): string {
  const program = fileURLToPath(new URL('../../dist/qblk.cjs', import.meta.url));
  if (!existsSync(program)) throw new Error('build first: npm run build');
  return program;
}

/** A storage daemon with the chain `A <- B` on disk0, and a second monitor, `users.sock` in its folder, for what is measured. */
export async function scratchDaemon(): Promise<{ readonly sandbox: Sandbox; readonly session: Session }> {
  const engine = findEngines().find(({ kind }) => kind === 'storage-daemon');
  if (!engine) throw new Error('no qemu-storage-daemon on this machine');
  const sandbox = await startSandbox({
    engine,
    chains: [{ device: 'disk0', images: [{ nodeName: 'A' }, { nodeName: 'B' }] }],
    extraArguments: [
      ...['--chardev', 'socket,id=users,path=users.sock,server=on,wait=off'],
      ...['--monitor', 'chardev=users'],
    ],
  });
  const session = await openSession(sandbox.stream, { address: 'the sandbox' });
  await session.execute('query-version');
  return { sandbox, session };
}
