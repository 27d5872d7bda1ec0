import type { Argument, Command, Option } from 'commander';

/** What the word at the cursor is to be. */
export type Wanted =
  | { readonly kind: 'command' }
  | { readonly kind: 'option'; readonly options: readonly Option[] }
  /** `prefix` is what stands before the value in the same word: `--preset=`. */
  | { readonly kind: 'value'; readonly option: Option; readonly prefix: string }
  | { readonly kind: 'argument'; readonly argument: Argument; readonly command: string };

export interface ReadWords {
  /** Undefined where nothing can come. */
  readonly wanted: Wanted | undefined;
  /** What has been typed of it. */
  readonly typed: string;
  /** Values of the options so far, by their long names without dashes. */
  readonly given: Readonly<Record<string, string>>;
}

/**
 * Reads an unfinished command line. @param words without the program's name; the last one is at the cursor
 */
export function readWords(program: Command, words: readonly string[]): ReadWords {
  // Bash takes an equals sign for a word of its own.
  const [before, typed] = [
    words.slice(0, -1).filter((word) => word !== '='),
    words.at(-1) === '=' ? '' : (words.at(-1) ?? ''),
  ];
  let command = program;
  let awaiting: Option | undefined;
  let argumentCount = 0;
  const given: Record<string, string> = {};
  const options = () => [...new Set([...command.options, ...program.options])];
  const find = (flag: string) =>
    options().find(({ short, long }) => flag === long || flag === short);

  for (const word of before) {
    if (awaiting !== undefined) {
      given[awaiting.name()] = word;
      awaiting = undefined;
    } else if (word.startsWith('-')) {
      const [flag = '', value] = word.split('=', 2);
      const option = find(flag);
      if (option !== undefined && value !== undefined) given[option.name()] = value;
      else if (option !== undefined && takesValue(option)) awaiting = option;
    } else if (command === program) {
      const found = program.commands.find((each) => each.name() === word);
      if (found === undefined) return { wanted: undefined, typed, given };
      command = found;
    } else argumentCount += 1;
  }

  const wanted = (): Wanted | undefined => {
    if (awaiting !== undefined) return { kind: 'value', option: awaiting, prefix: '' };
    const [, flag = ''] = /^(--[^=]+)=/.exec(typed) ?? [];
    const option = find(flag);
    if (option !== undefined) return { kind: 'value', option, prefix: `${flag}=` };
    if (typed.startsWith('-')) return { kind: 'option', options: options() };
    if (command === program) return { kind: 'command' };
    const args = command.registeredArguments;
    const last = args.at(-1);
    const argument = args[argumentCount] ?? (last?.variadic === true ? last : undefined);
    return argument && { kind: 'argument', argument, command: command.name() };
  };
  return { wanted: wanted(), typed, given };
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}
