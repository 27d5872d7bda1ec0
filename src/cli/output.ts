import { paintFor, type Paint } from './render/paint.ts';
import type { Paper } from './render/paper.ts';

/** Where a command writes what it found out. */
export interface Output {
  /** `--json`: one JSON value a line, and nothing else on stdout. */
  readonly isJson: boolean;
  /** A terminal that somebody looks at: bars, columns and colours make sense. */
  readonly isTerminal: boolean;
  /** The terminal as it is now: its width may change. */
  paper(): Paper;
  /** Text for people. */
  print(text: string): void;
  /** A result for programs. */
  emit(value: unknown): void;
  /** To stderr: why something did not work, or what to do next. */
  note(text: string): void;
  readonly paintNote: Paint;
}

const DEFAULT_COLUMNS = 80;

export function createOutput(isJson: boolean): Output {
  const { stdout, stderr } = process;
  const paint = paintFor(stdout);
  const isTerminal = stdout.isTTY && !isJson;
  return {
    isJson,
    isTerminal,
    paper: () => ({ width: isTerminal ? stdout.columns || DEFAULT_COLUMNS : Infinity, paint }),
    print: (text) => void stdout.write(`${text}\n`),
    emit: (value) => void stdout.write(`${JSON.stringify(value)}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    paintNote: paintFor(stderr),
  };
}
