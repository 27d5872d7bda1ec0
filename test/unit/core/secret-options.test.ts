import { describe, expect, it } from 'vitest';
import { parseFFmpegOptions } from '../../../src/core/ffmpeg-options.ts';
import type { JsonValue } from '../../../src/core/json.ts';
import { redactOptions } from '../../../src/core/secret-options.ts';

const CANARY = 'c4n4ry';

describe('options as they are shown', () => {
  it.each<[JsonValue]>([
    [[{ outfile_options: [['encryption_key', CANARY]] }]],
    [[{ outfile_options: [['-encryption_key', CANARY]] }]],
    [[{ outfile_options: [['aencryption_key:a:0', CANARY]] }]],
    [[{ outfile_options: { encryption_key: CANARY } }]],
    [[{ outfile_options: [{ encryption_key: CANARY }] }]],
    [{ deep: [{ down: [`https://user:${CANARY}@host/`] }] }],
  ])('hide secrets: %j', (options) => {
    const shown = JSON.stringify(redactOptions(options));
    expect(shown).not.toContain(CANARY);
    expect(shown).toContain('***');
  });

  it('are what was given otherwise', () => {
    const options = [
      { infile_options: { ss: 3, an: null }, move_atom_to_front: true },
      { outfile_options: [['encryption_kid', 'x'], { crf: 20 }, ['encryption_key']] },
    ];
    expect(redactOptions(options)).toStrictEqual(options);
  });

  it.each<[JsonValue]>([
    [[{ infile_options: [['encryption_key', CANARY]] }]],
    [[{ infile_options: { decryption_key: CANARY } }]],
    [[{ outfile_options: { encryption_key: `x/${CANARY}` } }]],
    [[{ outfile_options: { encryption_key: `${CANARY}\0` } }]],
    [[{ outfile_options: { encryption_key: [CANARY] } }]],
    [[{ outfile_options: { encryption_key: CANARY }, more: 1 }]],
  ])('hide them when they are refused, too: %j', (options) => {
    expect(() => parseFFmpegOptions(options)).toThrow(/received/);
    expect(() => parseFFmpegOptions(options)).not.toThrow(CANARY);
  });
});
