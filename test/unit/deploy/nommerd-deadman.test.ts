import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const UNITS = join(import.meta.dirname, '../../../deploy/systemd');
const LONG_AGO = '5000.25 1.00\n';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'media-nommer-deadman-'));
  await script('sleep', 'echo "sleep $1" >> "$CALLED"');
});
afterEach(() => rm(dir, { recursive: true }));

async function script(name: string, body: string): Promise<void> {
  await writeFile(join(dir, name), `#!/bin/sh\n${body}\n`);
  await chmod(join(dir, name), 0o755);
}

interface Given {
  /** What systemctl does when it is asked, one look after the other. */
  readonly looks: readonly string[];
  readonly uptime?: string;
  readonly deadline?: string;
  /** What powering off comes to. */
  readonly poweroff?: string;
}

/** @returns what the script called, in turn */
async function look({
  looks,
  uptime = LONG_AGO,
  deadline = '600',
  poweroff = 'true',
}: Given): Promise<readonly string[]> {
  const called = join(dir, 'called');
  const answers = looks.map((answer, index) => `${index + 1}) ${answer} ;;`).join('\n');
  await script(
    'systemctl',
    `case $* in
      "poweroff --force") echo "$*" >> "$CALLED"; exit ;;
      poweroff) echo "$*" >> "$CALLED"; ${poweroff}; exit ;;
    esac
    echo look >> "$CALLED"
    case $(grep -c look "$CALLED") in
      ${answers}
    esac`,
  );
  await writeFile(called, '');
  await writeFile(join(dir, 'uptime'), uptime);
  await run(join(UNITS, 'nommerd-deadman.sh'), {
    env: {
      PATH: `${dir}:${process.env['PATH']}`,
      PROC_UPTIME: join(dir, 'uptime'),
      EC2_BOOT_DEADLINE: deadline,
      CALLED: called,
    },
  });
  return (await readFile(called, 'utf8')).split('\n').filter(Boolean);
}

const says = (state: string) => [`echo ${state}`, `echo ${state}`];
const FAILS = 'echo "Failed to get properties: Connection timed out" >&2; exit 1';

describe('the dead man’s switch', () => {
  it.each(['active', 'deactivating'])('leaves a machine on whose nommerd is %s', async (state) => {
    expect(await look({ looks: says(state) })).toEqual(['look']);
  });

  it.each(['activating', 'inactive', 'failed'])(
    'powers off when nommerd is %s still at a second look',
    async (state) => {
      expect(await look({ looks: says(state) })).toEqual([
        'look',
        'sleep 5',
        'look',
        'sleep 0',
        'poweroff',
      ]);
    },
  );

  it('leaves a machine on whose systemd does not answer once', async () => {
    expect(await look({ looks: [FAILS, 'echo active'] })).not.toContain('poweroff');
  });

  it('powers off when systemd does not answer twice', async () => {
    expect(await look({ looks: [FAILS, FAILS] })).toContain('poweroff');
  });

  it.each(['exit 1', 'exit 124'])('does it by force where asking comes to %s', async (poweroff) => {
    const calls = await look({ looks: says('failed'), poweroff });
    expect(calls.slice(-2)).toEqual(['poweroff', 'poweroff --force']);
  });

  it.each([
    { deadline: '600', before: 599, after: 600 },
    { deadline: '600.5', before: 599, after: 600 },
    { deadline: '90', before: 89, after: 90 },
    { deadline: '0900', before: 899, after: 900 },
    { deadline: '', before: 599, after: 600 },
    { deadline: 'ten minutes', before: 599, after: 600 },
    { deadline: '1e9', before: 599, after: 600 },
    { deadline: '-5', before: 599, after: 600 },
  ])('waits for $before seconds with "$deadline", and no longer', async (given) => {
    const { deadline, before, after } = given;
    const looks = says('inactive');
    expect(await look({ looks, deadline, uptime: `${before}.99 1.00\n` })).toEqual([]);
    expect(await look({ looks, deadline, uptime: `${after}.00 1.00\n` })).toContain('poweroff');
  });

  it.each(['', 'rubbish\n'])('looks when the machine’s uptime is %j', async (uptime) => {
    expect(await look({ looks: says('failed'), uptime })).toContain('poweroff');
    expect(await look({ looks: says('active'), uptime })).not.toContain('poweroff');
  });

  it('is given longer by its unit than a systemd that hangs can take', async () => {
    const unit = await readFile(join(UNITS, 'nommerd-deadman.service'), 'utf8');
    const text = await readFile(join(UNITS, 'nommerd-deadman.sh'), 'utf8');
    const allowed = Number(/^TimeoutStartSec=(\d+)$/m.exec(unit)?.[1]);
    const [show, poweroff] = [...text.matchAll(/timeout (\d+) systemctl/g)].map(([, s]) =>
      Number(s),
    );
    const pause = 5;
    expect(allowed).toBeGreaterThan(2 * (show ?? NaN) + pause + (poweroff ?? NaN));
  });
});
