import type { Command } from 'commander';
import { openResources } from '../choose-place.ts';
import { EXIT_CODE } from '../exit-code.ts';
import { handle } from '../handle.ts';
import { renderTable } from '../render/render-table.ts';

interface Step {
  readonly kind: string;
  readonly name: string;
  readonly state: 'there' | 'missing' | 'created';
}

export function addSetupCommand(program: Command): void {
  program
    .command('setup')
    .summary('create on AWS what is missing')
    .description(
      'Creates the tables, the queues and the settings bucket that are missing on AWS. What is there stays as it is.',
    )
    .option('--dry-run', 'only show what there is and what is missing')
    .action(
      handle<{ readonly dryRun?: boolean }>(async ({ nomconf, output }, _, { dryRun = false }) => {
        const opened = openResources(nomconf.settings);
        const steps: Step[] = [];
        try {
          for (const resource of opened.resources) {
            const { kind, name } = resource;
            const found = await resource.isThere();
            if (!found && !dryRun) await resource.create();
            const step: Step = {
              kind,
              name,
              state: found ? 'there' : dryRun ? 'missing' : 'created',
            };
            steps.push(step);
            if (output.isJson) output.emit(step);
          }
        } finally {
          await opened.close();
          if (!output.isJson && steps.length > 0) {
            output.print(
              renderTable(
                steps,
                [
                  { title: 'KIND', cell: ({ kind }) => kind },
                  { title: 'NAME', cell: ({ name }) => name, minWidth: 12 },
                  { title: 'STATE', cell: ({ state }) => state },
                ],
                output.paper(),
              ),
            );
          }
        }
        return EXIT_CODE.ok;
      }),
    );
}
