import { StringDecoder } from 'node:string_decoder';

/**
 * Cuts a stream of bytes into lines, however it is chunked. A line that is longer than `maxLength` is cut
 * short, so that hostile output cannot fill the memory. Carriage returns end lines too.
 */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #maxLength: number;
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(maxLength: number, onLine: (line: string) => void) {
    this.#maxLength = maxLength;
    this.#onLine = onLine;
  }

  write(chunk: Buffer): void {
    const parts = (this.#rest + this.#decoder.write(chunk)).split(/[\r\n]+/);
    // One character more than fits keeps the mark that something is missing.
    this.#rest = (parts.pop() ?? '').slice(0, this.#maxLength + 1);
    parts.forEach((line) => this.#emit(line));
  }

  end(): void {
    this.#emit(this.#rest + this.#decoder.end());
    this.#rest = '';
  }

  #emit(line: string): void {
    if (line === '') return;
    this.#onLine(line.length > this.#maxLength ? `${line.slice(0, this.#maxLength)}…` : line);
  }
}
