import { createInterface } from 'node:readline';
import { InvalidArgumentError } from 'commander';

export interface Question {
  /** What is about to happen. */
  readonly text: string;
  /** What has to be typed. */
  readonly word: string;
  /** What to give on the command line instead, where nobody can be asked. */
  readonly option: string;
}

/**
 * Has a person type a word before something that cannot be undone. Ctrl-C ends the process, as it does
 * where nothing is asked; the end of input (Ctrl-D) is a no.
 * @throws InvalidArgumentError when nobody can be asked
 */
export async function confirm({ text, word, option }: Question): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new InvalidArgumentError(`Nobody can be asked here, so ${option} is needed. ${text}`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise<boolean>((resolve) => {
      const giveUp = () => {
        process.stderr.write('\n');
        resolve(false);
      };
      terminal.once('close', giveUp);
      // The terminal is in raw mode meanwhile: Ctrl-C is a key and no signal.
      terminal.once('SIGINT', () => {
        terminal.close();
        process.kill(process.pid, 'SIGINT');
      });
      terminal.question(`${text}\nType ${word} to go on: `, (answer) => {
        terminal.off('close', giveUp);
        resolve(answer.trim() === word);
      });
    });
  } finally {
    terminal.close();
  }
}
