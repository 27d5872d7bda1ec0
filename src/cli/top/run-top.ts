import { setTimeout as sleep } from 'node:timers/promises';
import { NommerError } from '../../core/errors.ts';
import { isFinishedState } from '../../core/job-states.ts';
import { redact } from '../../core/redact.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_CODE, type ExitCode } from '../exit-code.ts';
import { explainError } from '../explain-error.ts';
import { listOpenJobs } from '../list-open-jobs.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { cut } from '../render/display-width.ts';
import { printable } from '../render/printable.ts';
import { Screen } from '../terminal/screen.ts';
import { Farm } from './farm.ts';
import { maxOffset, renderPage, scroll } from './page.ts';
import { readFigures } from './read-figures.ts';
import { renderFarm } from './render-farm.ts';

/** Of the newest jobs: those of them that have ended are the first to be shown as such. */
const RECENT = 50;
const FIGURES_MS = 2000;
const FRAME_MS = 200;

/** Shows the installation as it is now, once. */
export async function printTop({ client, output, url }: CommandContext): Promise<ExitCode> {
  const farm = new Farm(await readFigures(client));
  farm.hear(...(await listOpenJobs(client)), ...(await client.list({ limit: RECENT })).jobs);
  const view = farm.view(Date.now());
  if (output.isJson) {
    const { stats, nodes, lastHour, open, ended } = view;
    output.emit({ stats, nodes, last_hour: lastHour, open, ended });
    return EXIT_CODE.ok;
  }
  const paper = output.paper();
  const { head, body } = renderFarm(view, { ...paper, width: Math.min(paper.width, 120) });
  output.print([printable(redact(url)), '', ...head, ...body].join('\n'));
  return EXIT_CODE.ok;
}

/** Shows the installation and goes on showing it, until somebody has seen enough. */
export async function runTop(context: CommandContext): Promise<ExitCode> {
  const { client, output, url } = context;
  const farm = new Farm(await readFigures(client));
  const { jobs } = await client.list({ limit: RECENT });
  // Those that are open come with the events.
  farm.hear(...jobs.filter(({ job_state }) => isFinishedState(job_state)));

  using interrupt = onInterrupt();
  const enough = new AbortController();
  const signal = AbortSignal.any([interrupt.signal, enough.signal]);
  let offset = 0;
  const render = () => {
    const { columns, rows } = screen.size;
    // The last column stays free: to clear the rest of a full line would take its last character.
    const paper = { ...output.paper(), width: columns - 1 };
    const rendered = renderFarm(farm.view(Date.now()), paper);
    offset = Math.min(offset, maxOffset(rendered, rows));
    const title = cut(`media-nommer at ${printable(redact(url))}`, paper.width);
    const clock = new Date().toTimeString().slice(0, 8);
    screen.paint(renderPage(rendered, { title, clock, rows, offset }, paper));
    return { rows, max: maxOffset(rendered, rows) };
  };
  using screen = new Screen({
    onKey: (key) => {
      if (key === 'quit') return enough.abort();
      offset = scroll(key, offset, render());
      render();
    },
    onResize: render,
  });
  render();
  const timer = setInterval(render, FRAME_MS);
  try {
    await Promise.all([followFigures(farm, context, signal), followJobs(farm, context, signal)]);
  } finally {
    clearInterval(timer);
    enough.abort();
  }
  return interrupt.signal.aborted ? EXIT_CODE.interrupted : EXIT_CODE.ok;
}

async function followFigures(
  farm: Farm,
  { client, url }: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await sleep(FIGURES_MS, undefined, { signal });
      farm.takeFigures(await readFigures(client, signal));
      farm.trouble = null;
    } catch (thrown: unknown) {
      if (signal.aborted) return;
      if (!isPassing(thrown)) throw thrown;
      farm.trouble = explainError(thrown, url);
    }
  }
}

async function followJobs(
  farm: Farm,
  { client }: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const { job } of client.events({ signal })) farm.hear(job);
    } catch (thrown: unknown) {
      if (signal.aborted) return;
      if (!isPassing(thrown)) throw thrown;
      // The figures tell of it.
      await sleep(FIGURES_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

function isPassing(thrown: unknown): boolean {
  return thrown instanceof NommerError && thrown.retryable;
}
