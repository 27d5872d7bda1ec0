import type { Command } from 'commander';
import { runDemo } from '../demo/run-demo.ts';
import { handle } from '../handle.ts';

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .summary('try it out')
    .description(
      'Encodes a file with a feederd and a node of its own, which end with it. Nothing needs to be set up.\n' +
        'The output goes beside the file, under a new name.',
    )
    .argument('[file]', 'what to encode (default: a clip that is made for it)')
    .action(handle((context, [file]) => runDemo(context, file)));
}
