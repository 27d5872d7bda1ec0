import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { checkAws } from '../doctor/check-aws.ts';
import { asWarning, type Check } from '../doctor/check.ts';
import { checkContainment } from '../doctor/check-containment.ts';
import { checkFeederd } from '../doctor/check-feederd.ts';
import { checkFFmpeg } from '../doctor/check-ffmpeg.ts';
import { checkNode } from '../doctor/check-machine.ts';
import { checkDataDir, checkFileRoots } from '../doctor/check-places.ts';
import { renderCheck } from '../doctor/render-check.ts';
import { renderVerdict, SHARED_ADVICE, withoutShared } from '../doctor/shared-advice.ts';
import { EXIT_CODE } from '../exit-code.ts';
import { handle } from '../handle.ts';
import { formatUri } from '../render/format-uri.ts';

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .summary('check this machine')
    .description('Looks whether this machine has what media-nommer needs, and says what to do.')
    .action(
      handle(async (context) => {
        const { output } = context;
        const all: Check[] = [];
        for await (const check of checks(context)) {
          all.push(check);
          if (output.isJson) output.emit(check);
          else output.print(renderCheck(withoutShared(check), output.paper()));
        }
        if (!output.isJson) output.print(`\n${renderVerdict(all, output.paper())}`);
        const hasProblem = all.some(({ verdict }) => verdict === 'problem');
        return hasProblem ? EXIT_CODE.failed : EXIT_CODE.ok;
      }),
    );
}

async function* checks({ nomconf, client, url }: CommandContext): AsyncGenerator<Check, void> {
  const { settings, source } = nomconf;
  const isOnAws = settings.backend === 'aws';
  // There feederd's machine encodes nothing.
  const forNodes = (check: Check) => (isOnAws ? asWarning(check, SHARED_ADVICE.onNodes) : check);
  yield checkNode();
  const found = source === null ? 'the defaults (no nomconf here)' : formatUri(source);
  yield { name: 'settings', verdict: 'ok', found };
  yield* (await checkFFmpeg(settings)).map(forNodes);
  yield* (await checkContainment(settings)).map(forNodes);
  yield* (await checkDataDir(settings)).map(forNodes);
  yield* await checkFileRoots(settings);
  if (isOnAws) yield* await checkAws(settings);
  yield await checkFeederd(client, url);
}
