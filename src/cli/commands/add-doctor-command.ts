import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { checkAws } from '../doctor/check-aws.ts';
import type { Check } from '../doctor/check.ts';
import { checkFeederd } from '../doctor/check-feederd.ts';
import { checkFFmpeg } from '../doctor/check-ffmpeg.ts';
import { checkContainment, checkNode } from '../doctor/check-machine.ts';
import { checkDataDir, checkFileRoots } from '../doctor/check-places.ts';
import { renderCheck } from '../doctor/render-check.ts';
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
        let hasProblem = false;
        for await (const check of checks(context)) {
          hasProblem ||= check.verdict === 'problem';
          if (output.isJson) output.emit(check);
          else output.print(renderCheck(check, output.paper()));
        }
        return hasProblem ? EXIT_CODE.failed : EXIT_CODE.ok;
      }),
    );
}

async function* checks({ nomconf, client, url }: CommandContext): AsyncGenerator<Check, void> {
  const { settings, source } = nomconf;
  yield checkNode();
  const found = source === null ? 'the defaults (no nomconf here)' : formatUri(source);
  yield { name: 'settings', verdict: 'ok', found };
  yield* await checkFFmpeg(settings);
  yield await checkContainment();
  yield* await checkDataDir(settings);
  yield* await checkFileRoots(settings);
  if (settings.backend === 'aws') yield* await checkAws(settings);
  yield await checkFeederd(client, url);
}
