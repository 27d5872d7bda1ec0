import { createInterface } from 'node:readline';
import { InvalidArgumentError } from 'commander';
import type { CommandContext } from './command-context.ts';
import { EXIT_CODE, type ExitCode } from './exit-code.ts';
import { wrapText } from './render/wrap-text.ts';

export interface Question {
  /** What is about to happen, a paragraph each. */
  readonly paragraphs: readonly string[];
  /** The installation's name: it has to be typed. */
  readonly name: string;
}

/**
 * Has a person type a name before something that cannot be undone, unless the command line has it.
 * @param yes what the command line has
 * @returns `ok` to go on, else the exit code to end with: all has been said then
 * @throws InvalidArgumentError for another name, and when nobody can be asked
 */
export async function confirm(
  { paragraphs, name }: Question,
  yes: string | undefined,
  { output }: Pick<CommandContext, 'output'>,
): Promise<ExitCode> {
  requireName(name, yes);
  if (yes === name) return EXIT_CODE.ok;
  if (!process.stdin.isTTY) {
    throw new InvalidArgumentError(
      `Nobody can be asked here, so nothing was deleted; --yes ${name} deletes without asking. ${paragraphs.join(' ')}`,
    );
  }
  const { width } = output.paper();
  const text = paragraphs.map((each) => wrapText(each, width).join('\n')).join('\n');
  const code = await ask(`\n${text}\nType ${name} to go on: `, name);
  if (code !== EXIT_CODE.ok) output.note('Nothing was deleted.');
  return code;
}

/** Before anything else is done for it. @throws InvalidArgumentError */
export function requireName(name: string, yes: string | undefined): void {
  if (yes === undefined || yes === name) return;
  throw new InvalidArgumentError(`--yes takes the installation's name, "${name}".`);
}

function ask(text: string, word: string): Promise<ExitCode> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise<ExitCode>((resolve) => {
    const end = (code: ExitCode) => {
      resolve(code);
      terminal.close();
    };
    const leave = (code: ExitCode) => {
      process.stderr.write('\n');
      end(code);
    };
    // Ctrl-D.
    terminal.once('close', () => leave(EXIT_CODE.failed));
    // The terminal is in raw mode meanwhile: Ctrl-C is a key and no signal.
    terminal.once('SIGINT', () => {
      terminal.removeAllListeners('close');
      leave(EXIT_CODE.interrupted);
    });
    terminal.question(text, (answer) => {
      terminal.removeAllListeners('close');
      end(answer.trim() === word ? EXIT_CODE.ok : EXIT_CODE.failed);
    });
  });
}
