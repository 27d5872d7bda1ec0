import { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { readWords } from '../../../src/cli/completion/read-words.ts';
import { LiveLines } from '../../../src/cli/terminal/live-lines.ts';

describe('lines that are painted anew', () => {
  function open() {
    const written: string[] = [];
    const lines = new LiveLines((text) => written.push(text));
    return { lines, written };
  }

  it('are written over those before, a frame at a time, and only when they differ', () => {
    const { lines, written } = open();
    lines.paint(['one', 'two']);
    lines.paint(['one', 'two']);
    lines.paint(['three'], ['said']);
    expect(written).toEqual([
      '\u001b[?2026h\u001b[?25l\u001b[?7l\rone\u001b[K\ntwo\u001b[K\n\u001b[J\u001b[?2026l',
      '\u001b[?2026h\r\u001b[2Asaid\u001b[K\nthree\u001b[K\n\u001b[J\u001b[?2026l',
    ]);
    lines.end();
  });

  it('leave the terminal as it was, once, and touch it not at all when there were none', () => {
    const { lines, written } = open();
    const listeners = process.listenerCount('exit');
    lines.end();
    expect(written).toEqual([]);
    lines.paint(['one']);
    expect(process.listenerCount('exit')).toBe(listeners + 1);
    lines.end();
    lines.end();
    expect(written.slice(1)).toEqual(['\u001b[?25h\u001b[?7h']);
    expect(process.listenerCount('exit')).toBe(listeners);
  });
});

describe('an unfinished command line', () => {
  const program = new Command('media-nommer').option('--url <url>').option('--json');
  program
    .command('submit')
    .argument('<source...>')
    .addOption(new Option('-p, --preset <name>'))
    .option('--watch');
  program.command('log').argument('<id>');
  const read = (...words: readonly string[]) => {
    const { wanted, ...rest } = readWords(program, words);
    const what =
      wanted?.kind === 'value'
        ? `value of ${wanted.option.name()}`
        : wanted?.kind === 'argument'
          ? `${wanted.command} ${wanted.argument.name()}`
          : wanted?.kind;
    return { what, ...rest };
  };

  it.each([
    [[''], 'command', ''],
    [['su'], 'command', 'su'],
    [['--url', 'x', 'su'], 'command', 'su'],
    [['--ur'], 'option', '--ur'],
    [['--url', 'h'], 'value of url', 'h'],
    [['submit', ''], 'submit source', ''],
    [['submit', 'a.mov', 'b'], 'submit source', 'b'],
    [['submit', '--watch', 'b'], 'submit source', 'b'],
    [['submit', '-p', 'h2'], 'value of preset', 'h2'],
    [['submit', '--preset', '=', 'h2'], 'value of preset', 'h2'],
    [['submit', '--preset', '='], 'value of preset', ''],
    [['submit', '--preset=h2'], 'value of preset', '--preset=h2'],
    [['log', 'ab'], 'log id', 'ab'],
    [['log', 'ab', ''], undefined, ''],
    [['nonsense', ''], undefined, ''],
  ])('%j wants a %s', (words, what, typed) => {
    expect(read(...words)).toMatchObject({ what, typed });
  });

  it('tells what has been given so far, for whoever is asked', () => {
    expect(read('--url=http://x', 'submit', '-p', 'web', '').given).toEqual({
      url: 'http://x',
      preset: 'web',
    });
  });
});
