import { expect, it } from 'vitest';
import { LineSplitter } from '../../../../src/nommers/ffmpeg/split-lines.ts';

function split(chunks: readonly Buffer[], maxLength = 100): readonly string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter(maxLength, (line) => lines.push(line));
  chunks.forEach((chunk) => splitter.write(chunk));
  splitter.end();
  return lines;
}

it('puts lines together across chunks, even within a character', () => {
  const bytes = Buffer.from('one\ntwo €\r\nthree\rfour');
  for (let cut = 1; cut < bytes.length; cut++) {
    const chunks = [bytes.subarray(0, cut), bytes.subarray(cut)];
    expect(split(chunks)).toEqual(['one', 'two €', 'three', 'four']);
  }
});

it('bounds a line that never ends', () => {
  const chunk = Buffer.alloc(70, 'x');
  expect(split(Array.from({ length: 1000 }, () => chunk))).toEqual([`${'x'.repeat(100)}…`]);
});
