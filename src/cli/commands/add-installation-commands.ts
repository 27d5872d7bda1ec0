import type { Command } from 'commander';
import { describeSettings } from '../../conf/describe-settings.ts';
import { EXIT_CODE } from '../exit-code.ts';
import { handle } from '../handle.ts';
import { formatUri } from '../render/format-uri.ts';
import { renderNodeList } from '../render/render-node-list.ts';
import { renderPresetList } from '../render/render-preset-list.ts';
import { renderSettingList } from '../render/render-setting-list.ts';
import { outputExtension } from '../submit/output-extension.ts';

/** The commands about the installation and not about jobs. */
export function addInstallationCommands(program: Command): void {
  program
    .command('nodes')
    .summary('list the nodes that run')
    .description('Lists the nodes that run, how busy they are, and those that are coming up.')
    .action(
      handle(async ({ client, output }) => {
        const { nodes, booting } = await client.fleet();
        const all = [...nodes, ...booting];
        if (output.isJson) for (const node of all) output.emit(node);
        else if (all.length > 0) output.print(renderNodeList(all, output.paper(), Date.now()));
        else output.note('There are no nodes. feederd starts one when there is a job.');
        return EXIT_CODE.ok;
      }),
    );

  program
    .command('presets')
    .summary('list the presets')
    .description(
      'Lists the presets that --preset takes. TIME is the processor time that they take, beside h264_web.',
    )
    .action(
      handle(async ({ client, output }) => {
        const presets = await client.presets();
        if (output.isJson) for (const preset of presets) output.emit(preset);
        else {
          const extensionOf = ({ options }: (typeof presets)[number]) => outputExtension(options);
          output.print(renderPresetList(presets, output.paper(), extensionOf));
        }
        return EXIT_CODE.ok;
      }),
    );

  program
    .command('config')
    .summary('show the settings in effect')
    .description(
      'Shows every setting as it is in effect, and where it comes from. Secrets are hidden.',
    )
    .action(
      // oxlint-disable-next-line typescript/require-await -- an act is one that may wait
      handle(async ({ output, nomconf }) => {
        const settings = describeSettings(nomconf);
        if (output.isJson) for (const setting of settings) output.emit(setting);
        else {
          output.print(renderSettingList(settings, output.paper()));
          const { source } = nomconf;
          output.note(
            source === null ? 'There is no nomconf here.' : `nomconf: ${formatUri(source)}`,
          );
        }
        return EXIT_CODE.ok;
      }),
    );
}
