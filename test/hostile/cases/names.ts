import { copyFile, writeFile } from 'node:fs/promises';
import { THE_CLIP, type HostileCase } from '../hostile-case.ts';

/** The clip, or what is to be encoded from it, under a name that somebody might take for more than a name. */
function named(name: string, tries: string, file: string): HostileCase {
  return {
    name,
    tries,
    make: async (ground) => {
      await writeFile(ground.path(file), ground.clip);
      const uri = (path: string) =>
        `file://${encodeURI(ground.path(path)).replaceAll(/[?#]/g, encodeURIComponent)}`;
      return { source_path: uri(file), dest_path: uri(`out/${file}`), output: file };
    },
    told: THE_CLIP,
  };
}

export const NAMES: readonly HostileCase[] = [
  named('a name with spaces', 'become several arguments', 'a name  with spaces .mp4'),
  named('a name with quotes', 'end a quoted argument', `it's "quoted" \`so\`.mp4`),
  named('a name with a command', 'have a shell run it', '$(touch run); touch run & .mp4'),
  named('a name with a newline', 'begin a line of a log or of a list', "new\nline\r\nfile 'x'.mp4"),
  named('a name with a dash', 'become an option', '-y -i secret.mp4'),
  named('a name with a protocol', 'be taken for a URL', 'concat:a|b.mp4'),
  named('a name with a pattern', 'make FFmpeg read a sequence', 'frame%03d.mp4'),
  named('a name with a glob', 'make FFmpeg read all files', '*[a-z]?.mp4'),
  named('a name of escapes', 'be decoded twice', '%2e%2e%2fx.mp4'),
  named('a name in Unicode', 'turn the text around', 'clip\u202E4pm\u2066🎬é.mp4'),
  named('a name of 255 bytes', 'be longer than a temporary name may be', `${'n'.repeat(251)}.mp4`),
  named(
    'a name of terminal codes',
    'write to the terminal of whoever reads the log',
    '\u001B]0;x\u0007\u001B[2J.mp4',
  ),
  {
    name: 'pictures by a pattern',
    tries: 'read pictures beside the source',
    make: async (ground) => {
      await ground.ffmpeg('shot1.jpg', [
        '-f',
        'lavfi',
        '-i',
        'color=red:size=320x240',
        '-frames:v',
        '1',
      ]);
      for (const number of [2, 3])
        await copyFile(ground.path('shot1.jpg'), ground.path(`shot${number}.jpg`));
      const source_path = await ground.ffmpeg('shot.jpg', [
        '-f',
        'lavfi',
        '-i',
        'testsrc2=size=160x90',
        '-frames:v',
        '1',
      ]);
      await copyFile(ground.path('shot.jpg'), ground.path('shot%d.jpg'));
      return {
        source_path: source_path.replace('shot.jpg', 'shot%25d.jpg'),
        infile: { f: 'image2' },
      };
    },
    told: { at: 'run', code: 'FINISHED', words: /^h264 160x90$/ },
  },
];
