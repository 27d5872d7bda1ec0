import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { processStart } from '../../../src/daemon/process-start.ts';
import { openTemporaryPlace } from '../../conformance/open-temporary-place.ts';

const IDLE_PROGRAM = [process.execPath, '-e', 'setTimeout(() => {}, 60_000)', '--'];
const ECHO_PROGRAM = [
  process.execPath,
  '-e',
  'console.log(process.argv.slice(1).join(" "), process.env.GREETING, process.cwd()); console.error("on stderr")',
  '--',
];

async function openFleet(command: readonly string[] = IDLE_PROGRAM) {
  const place = await openTemporaryPlace();
  const file = new DatabaseSync(join(place.dataDir, 'media-nommer.sqlite'));
  onTestFinished(() => file.close());
  const pidOf = (nodeId: string | undefined) => {
    const row = file.prepare('SELECT pid FROM fleet_nodes WHERE node_id = ?').get(nodeId ?? '');
    return Number(row?.['pid']);
  };
  const fleet = place.fleet({ command });
  onTestFinished(async () => fleet.terminate((await fleet.nodes()).map(({ nodeId }) => nodeId)));
  return { place, fleet, file, pidOf, logDir: join(place.dataDir, 'logs') };
}

/** Changes what is recorded of a node, and sees to it that its process ends with the test. */
function tamper(
  { file, pidOf }: Awaited<ReturnType<typeof openFleet>>,
  nodeId: string | undefined,
  change: string,
): number {
  const pid = pidOf(nodeId);
  const start = processStart(pid);
  onTestFinished(() => {
    if (start !== undefined && processStart(pid) === start) process.kill(pid);
  });
  file.prepare(`UPDATE fleet_nodes SET ${change} WHERE node_id = ?`).run(nodeId ?? '');
  return pid;
}

it('starts each node with its id, in the given environment, and keeps what it says', async () => {
  const { place, logDir } = await openFleet();
  const fleet = place.fleet({ command: ECHO_PROGRAM, env: { GREETING: 'hello' }, cwd: '/' });
  const [node] = await fleet.launch({ count: 1, token: 'token', maximum: 10 });
  const log = join(logDir, `${node?.nodeId}.log`);
  const text = () => readFile(log, 'utf8');
  await expect.poll(text, { timeout: 10_000 }).toContain(`--node-id ${node?.nodeId} hello /\n`);
  await expect.poll(text, { timeout: 10_000 }).toContain('on stderr\n');
  expect((await stat(log)).mode & 0o777).toBe(0o600);
  await expect.poll(() => fleet.nodes(), { timeout: 10_000 }).toEqual([]);
});

it('really ends the process of a terminated node, and no other', async () => {
  const { fleet, pidOf } = await openFleet();
  const [leaving, staying] = await fleet.launch({ count: 2, token: 'token', maximum: 10 });
  const pids = [pidOf(leaving?.nodeId), pidOf(staying?.nodeId)] as const;
  await fleet.terminate([leaving?.nodeId ?? '']);
  await expect.poll(() => processStart(pids[0])).toBeUndefined();
  expect(processStart(pids[1])).toBeDefined();
});

it('forgets a node whose process has been killed', async () => {
  const { fleet, pidOf, file } = await openFleet();
  const [killed, living] = await fleet.launch({ count: 2, token: 'token', maximum: 10 });
  process.kill(pidOf(killed?.nodeId), 'SIGKILL');
  await expect.poll(() => fleet.nodes()).toEqual([living]);
  expect(file.prepare('SELECT node_id FROM fleet_nodes').all()).toHaveLength(1);
  expect(await fleet.launch({ count: 2, token: 'token', maximum: 10 })).toEqual([living]);
});

it('takes no other process with the same pid for a node', async () => {
  const opened = await openFleet();
  const [node] = await opened.fleet.launch({ count: 1, token: 'token', maximum: 10 });
  const pid = tamper(opened, node?.nodeId, "process_start = 'of an earlier process'");
  await opened.fleet.terminate([node?.nodeId ?? '']);
  expect(await opened.fleet.nodes()).toEqual([]);
  expect(processStart(pid)).toBeDefined();
});

it('finds a node again whose launcher died before it noted the pid', async () => {
  const opened = await openFleet();
  const [node] = await opened.fleet.launch({ count: 1, token: 'token', maximum: 10 });
  const pid = tamper(
    opened,
    node?.nodeId,
    'pid = NULL, process_start = NULL, launched_at = launched_at - 60000',
  );
  expect(await opened.fleet.nodes()).toMatchObject([{ nodeId: node?.nodeId }]);
  expect(opened.pidOf(node?.nodeId)).toBe(pid);
  await opened.fleet.terminate([node?.nodeId ?? '']);
  await expect.poll(() => processStart(pid)).toBeUndefined();
});

it('counts a recorded node as coming up, but only for some seconds', async () => {
  const { fleet, file } = await openFleet();
  const insert = file.prepare(
    "INSERT INTO fleet_nodes (node_id, token, launched_at) VALUES (?, 'token', ?)",
  );
  insert.run('coming-up', Date.now());
  insert.run('never-came', Date.now() - 60_000);
  expect((await fleet.nodes()).map(({ nodeId }) => nodeId)).toEqual(['coming-up']);
});

it('ends a node that was terminated while it was coming up', async () => {
  const opened = await openFleet();
  const [node] = await opened.fleet.launch({ count: 1, token: 'token', maximum: 10 });
  const pid = tamper(opened, node?.nodeId, 'pid = NULL, process_start = NULL');
  await opened.fleet.terminate([node?.nodeId ?? '']);
  expect(await opened.fleet.nodes()).toEqual([]);
  opened.file.exec('UPDATE fleet_nodes SET launched_at = launched_at - 60000');
  expect(await opened.fleet.nodes()).toEqual([]);
  await expect.poll(() => processStart(pid)).toBeUndefined();
});

it('says why no node can be started, and may be asked again with the same token', async () => {
  const { place, fleet } = await openFleet();
  const broken = place.fleet({ command: ['/nowhere/nommerd'] });
  await expect(broken.launch({ count: 2, token: 'token', maximum: 10 })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/^2 of 2 nodes .*\/nowhere\/nommerd/),
  });
  expect(await broken.nodes()).toEqual([]);
  expect(await fleet.launch({ count: 1, token: 'token', maximum: 10 })).toHaveLength(1);
});

it('tells of a node that cannot be started, although another one runs', async () => {
  const { place } = await openFleet();
  const programs = [process.execPath, '/nowhere/nommerd'];
  const command = Object.defineProperty([...IDLE_PROGRAM], 0, { get: () => programs.shift() });
  const fleet = place.fleet({ command });
  await expect(fleet.launch({ count: 2, token: 'token', maximum: 10 })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(/^1 of 2 nodes could not be started: .*\/nowhere\/nommerd/),
  });
  const nodes = await fleet.nodes();
  expect(nodes).toHaveLength(1);
  expect(await fleet.launch({ count: 2, token: 'token', maximum: 10 })).toEqual(nodes);
});

it('keeps the latest 20 logs of ended nodes, and those of living ones', async () => {
  const { fleet, logDir } = await openFleet();
  const [living] = await fleet.launch({ count: 1, token: 'first', maximum: 10 });
  await utimes(join(logDir, `${living?.nodeId}.log`), 1, 1);
  const names = Array.from({ length: 25 }, (_, n) => `local-${String(n).padStart(2, '0')}.log`);
  for (const [n, name] of names.entries()) {
    await writeFile(join(logDir, name), 'said');
    await utimes(join(logDir, name), 1000 + n, 1000 + n);
  }
  const [next] = await fleet.launch({ count: 1, token: 'second', maximum: 10 });
  const kept = [...names.slice(5), `${living?.nodeId}.log`, `${next?.nodeId}.log`];
  expect((await readdir(logDir)).toSorted()).toEqual(kept.toSorted());
});
