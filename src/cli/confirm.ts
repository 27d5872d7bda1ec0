import { createInterface } from 'node:readline/promises';
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
 * Has a person type a word before something that cannot be undone.
 * @throws InvalidArgumentError when nobody can be asked
 */
export async function confirm({ text, word, option }: Question): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new InvalidArgumentError(`Nobody can be asked here, so ${option} is needed. ${text}`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${text}\nType ${word} to go on: `)).trim() === word;
  } finally {
    terminal.close();
  }
}
