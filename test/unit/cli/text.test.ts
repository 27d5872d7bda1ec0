import { describe, expect, it } from 'vitest';
import { cut, displayWidth, padEnd, shorten } from '../../../src/cli/render/display-width.ts';
import { formatUri, nameOfUri } from '../../../src/cli/render/format-uri.ts';
import { printable, printableLines } from '../../../src/cli/render/printable.ts';

describe('text for a terminal', () => {
  it.each([
    ['clip.mov', 8],
    ['ünïcödé', 7],
    ['u\u0308n', 2],
    ['日本語', 6],
    ['🎬.mov', 6],
    ['👩‍👩‍👧', 2],
    ['\u001b[31mred\u001b[39m', 3],
  ])('knows that %j takes %d columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('shortens a name in its middle and a sentence at its end, never beyond the room', () => {
    expect(shorten('a-very-long-name.mov', 11)).toBe('a-ver…e.mov');
    expect(cut('FFmpeg finds no media', 10)).toBe('FFmpeg fi…');
    for (let width = 0; width < 12; width += 1) {
      expect(displayWidth(shorten('日本語🎬日本語', width))).toBeLessThanOrEqual(width);
      expect(displayWidth(cut('日本語🎬日本語', width))).toBeLessThanOrEqual(width);
    }
    expect(padEnd('日本', 6)).toBe('日本  ');
  });

  it('lets no text of others act on the terminal', () => {
    expect(printable('a\u001b[2Jb\n\u202ec')).toBe(String.raw`a\u001b[2Jb\u000a\u202ec`);
    expect(printableLines('a\tb\r\nc\u0007')).toBe('a\tb\nc\\u0007');
  });

  it('shows files as paths, names decoded, and other URIs as they are', () => {
    expect(formatUri('file:///in/100%25%20%23.mov')).toBe('/in/100% #.mov');
    expect(formatUri('s3://bucket/100%25.mov')).toBe('s3://bucket/100%25.mov');
    expect(formatUri('file:///a%2Fb.mov')).toBe('file:///a%2Fb.mov');
    expect(nameOfUri('https://host/dir/my%20clip.mov?sig=1/2#x')).toBe('my clip.mov');
    expect(nameOfUri('s3://bucket/dir/100%.mov')).toBe('100%.mov');
    expect(nameOfUri('file:///in/%1b[2J.mov')).toBe(String.raw`\u001b[2J.mov`);
  });
});
