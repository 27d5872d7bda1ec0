import { InvalidArgumentError, type Command } from 'commander';
import { audit, type AuditResult } from '../audit/audit.ts';
import type { Finding } from '../audit/finding.ts';
import { openInstallation } from '../audit/open-installation.ts';
import { renderAuditResult, renderFinding } from '../audit/render-finding.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT_CODE, type ExitCode } from '../exit-code.ts';
import { handle } from '../handle.ts';
import type { Output } from '../output.ts';
import { reportError } from '../report-error.ts';

interface AuditCommandOptions {
  readonly days?: number;
  readonly outputs: boolean;
}

/** What changes while one looks has changed by then: a claim, a hand-over, a report. */
const PAUSE_MS = 5000;
/** A feederd that leads shows that it lives every five seconds; so long it may have hiccups. */
const SILENCE_MS = 16_000;
const DAY_MS = 86_400_000;
/** A person needs no more to see what is wrong; programs get all. */
const SHOWN_OF_A_CHECK = 20;

export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .summary('look whether all jobs are as they should be')
    .description(
      'Looks at jobs, queues, nodes and outputs themselves, and says what is wrong: jobs that nobody\n' +
        'works on, outputs that are missing or of others, what dead nodes have left. Changes nothing,\n' +
        'and may run while everything else does.',
    )
    .option('--days <n>', 'only jobs of the last n days', readDays)
    .option('--no-outputs', 'do not look at outputs')
    .action(handle<AuditCommandOptions>(runAudit));
}

async function runAudit(
  context: CommandContext,
  _args: readonly string[],
  { days, outputs }: AuditCommandOptions,
): Promise<ExitCode> {
  const { nomconf, output } = context;
  try {
    const { settings } = nomconf;
    const installation = await openInstallation(settings);
    await using closing = new AsyncDisposableStack();
    closing.defer(() => installation.close());
    const since = days === undefined ? 0 : Date.now() - days * DAY_MS;
    const pauses = { pauseMs: PAUSE_MS, silenceMs: SILENCE_MS };
    const result = await audit(installation, { settings, since, outputs, ...pauses });
    if (output.isJson) emit(result, output);
    else print(result, output);
    return exitCodeOf(result);
  } catch (thrown: unknown) {
    // Nothing is known of what is wrong, then.
    reportError(thrown, { output });
    return EXIT_CODE.unknown;
  }
}

function exitCodeOf({ findings }: AuditResult): ExitCode {
  const has = (wanted: Finding['severity']) => findings.some(({ severity }) => severity === wanted);
  if (has('problem')) return EXIT_CODE.failed;
  return has('unknown') ? EXIT_CODE.unknown : EXIT_CODE.ok;
}

function emit({ findings, ...looked }: AuditResult, output: Output): void {
  for (const finding of findings) output.emit(finding);
  output.emit({ looked_at: looked });
}

function print(result: AuditResult, output: Output): void {
  const byCheck = Object.groupBy(result.findings, ({ check }: Finding) => check);
  for (const [check, findings = []] of Object.entries(byCheck)) {
    for (const finding of findings.slice(0, SHOWN_OF_A_CHECK)) {
      output.print(renderFinding(finding, output.paper()));
    }
    const more = findings.length - SHOWN_OF_A_CHECK;
    if (more > 0) output.print(`  … and ${more} more (${check}); --json shows all`);
  }
  output.print(renderAuditResult(result, output.paper()));
}

function readDays(text: string): number {
  const days = Number(text);
  if (days > 0) return days;
  throw new InvalidArgumentError('It must be a number over 0.');
}
