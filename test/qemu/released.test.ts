import { expect, test } from 'vitest';
import { onEachEngine } from '../support/each-engine.ts';
import { namedNodes } from '../support/what-is-there.ts';

const both = 'commit S2 base=S then pivot\ncommit S base=D then pivot\nexpect chain disk0: D\n';
const closing = both.replace('commit S ', 'del S2\ncommit S ');

onEachEngine('what a pivot lets go of', (_engine, start) => {
  test('overlays that an earlier script made go by themselves, so the next commit is free', async () => {
    const bench = await start('chain disk0: D\n');
    const made = await bench.run(
      'snapshot D overlay=S filename=s.qcow2\nsnapshot S overlay=S2 filename=s2.qcow2\n',
    );
    expect(made).toMatchObject({ end: 'done', reason: '' });
    const script = `chain disk0: ... <- S2\n${both}`;
    const { findings } = await bench.plan(script);
    expect(findings.map(({ severity, code }) => `${severity}[${code}]`)).toEqual(['note[perhaps-left-over]']);
    expect(await bench.run(script)).toMatchObject({ end: 'done', reason: '' });
    expect(await namedNodes(bench)).toEqual(['D']);
  });

  test('overlays opened by blockdev-add stay in the way of the next commit until they are closed', async () => {
    const bench = await start('chain disk0: D <- S <- S2\n');
    const stopped = await bench.run(both);
    expect(stopped).toMatchObject({
      end: 'refused',
      reason: expect.stringContaining('`S2`'),
    });
    expect(await namedNodes(bench)).toEqual(['D', 'S', 'S2']);
    await expect(bench.execute('block-commit', { device: 'S', 'job-id': 'j' })).rejects.toThrow(
      'Need a root block node',
    );
    const rest = await bench.run('del S2\ncommit S base=D then pivot\nexpect chain disk0: D\n');
    expect(rest).toMatchObject({ end: 'done', reason: '' });
  });

  test('a script that closes what it leaves over is planned without a word', async () => {
    const bench = await start('chain disk0: D <- S <- S2\n');
    expect((await bench.plan(closing)).findings).toEqual([]);
    expect(await bench.run(closing)).toMatchObject({ end: 'done', reason: '' });
    expect(await namedNodes(bench)).toEqual(['D', 'S']);
  });
});
