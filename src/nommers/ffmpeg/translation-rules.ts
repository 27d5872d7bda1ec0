import { PASTED_OPTIONS } from '../../core/ffmpeg-main-options.ts';
import type { OptionPair } from '../../core/ffmpeg-options.ts';
import type { FFmpegCapabilities } from './ffmpeg-capabilities.ts';
import {
  AAC_ENCODERS,
  AAC_QUALITY,
  FIELD_ORDERS,
  FPS_MODES,
  HE_AAC_PROFILES,
  LIKE_SAME_QUALITY,
  X264_FLAGS2,
  X264_PRESET_FILES,
} from './old-values.ts';

/** What becomes of one option of a pass. */
export interface Change {
  /** Options in its place; none drops it. */
  readonly give?: readonly OptionPair[];
  readonly videoFront?: string;
  readonly videoBack?: string;
  readonly audioFront?: string;
  /** What was done, in a person's words. */
  readonly told: string;
}

/** An option that cannot be translated. */
export interface Refusal {
  /** Completes "… is gone from FFmpeg: ". */
  readonly advice: string;
}

/** What a rule may look at. */
export interface Situation {
  readonly ffmpeg: Pick<FFmpegCapabilities, 'encoders' | 'mainOptions'>;
  /** Video encoder that the pass names, or that its container brings; undefined when unknown. */
  readonly videoCodec: string | undefined;
  /** Audio encoder that the pass names. */
  readonly givenAudioCodec: string | undefined;
  /** Audio encoder that will really run, where the pass names one. */
  readonly audioCodec: string | undefined;
  /** Whether the pass has an option that ends its output. */
  readonly ends: boolean;
}

export interface Rule {
  readonly names: readonly string[];
  /** @returns undefined when the FFmpeg in hand takes the option as it is */
  translate(value: string, name: string, situation: Situation): Change | Refusal | undefined;
}

const AUDIO_CODEC_NAMES = ['acodec', 'c:a', 'codec:a', 'c:a:0', 'codec:a:0'];

/** What FFmpeg has dropped since 2012, and what is given instead. Every row was run on FFmpeg 5.1. */
export const RULES: readonly Rule[] = [
  {
    names: AUDIO_CODEC_NAMES,
    translate: (value, name, { ffmpeg }) => {
      const codec = availableAudioCodec(value, ffmpeg);
      if (codec === value) return undefined;
      return {
        give: [[name, codec]],
        told: `${value} → aac: this FFmpeg is built without ${value}`,
      };
    },
  },
  {
    names: ['profile:a', 'profile:a:0', 'aprofile'],
    translate: (value, name, { audioCodec }) => {
      if (audioCodec !== 'aac' || !HE_AAC_PROFILES.includes(value)) return undefined;
      return {
        give: [[name, 'aac_low']],
        told: `${name} ${value} → aac_low: FFmpeg's own aac encoder makes AAC-LC only`,
      };
    },
  },
  {
    // libfdk_aac's own: 1 to 5, from 32 kb/s a channel to about 96.
    names: ['vbr', 'vbr:a'],
    translate: (value, name, { audioCodec, givenAudioCodec }) => {
      if (audioCodec !== 'aac' || givenAudioCodec !== 'libfdk_aac') return undefined;
      const quality = AAC_QUALITY[value];
      if (quality === undefined)
        return { give: [], told: `${name} ${value} left out: aac has no such option` };
      return {
        give: [['q:a', quality]],
        told: `${name} ${value} of ${givenAudioCodec} → q:a ${quality}`,
      };
    },
  },
  {
    // libfaac's scale went from 10 to 500 around 100; that of aac goes from 0.1 to 2.
    names: ['aq', 'q:a', 'qscale:a'],
    translate: (value, name, { audioCodec, givenAudioCodec }) => {
      if (audioCodec !== 'aac' || givenAudioCodec !== 'libfaac') return undefined;
      const quality = Math.min(2, Math.max(0.1, Number(value) / 100));
      if (Number.isNaN(quality)) return { advice: 'give b:a, the bit rate' };
      return {
        give: [['q:a', String(quality)]],
        told: `${name} ${value} of libfaac → q:a ${quality}`,
      };
    },
  },
  {
    names: ['vpre'],
    translate: (value, _name, { videoCodec }) => {
      const preset = value.replace(/^libx264-/, '').replace(/_firstpass$/, '');
      const give = X264_PRESET_FILES.get(preset);
      if ((videoCodec ?? 'libx264') !== 'libx264' || give === undefined) {
        return { advice: "give the encoder's options one by one, for libx264 a preset" };
      }
      return { give, told: `vpre ${value} → ${inWords(give)}: preset files are no longer shipped` };
    },
  },
  {
    names: ['apre', 'pre', 'spre'],
    translate: () => ({
      advice: "preset files are no longer shipped; give the encoder's options one by one",
    }),
  },
  {
    names: ['sameq', 'same_quant'],
    translate: (_value, name, { ffmpeg, videoCodec }) => {
      if (ffmpeg.mainOptions.has(name)) return undefined;
      const like = videoCodec === undefined ? undefined : LIKE_SAME_QUALITY[videoCodec];
      if (like === undefined) return { advice: 'say how good it shall be: crf, qscale:v or b' };
      return { give: [like], told: `${name} → ${inWords([like])}: it never meant same quality` };
    },
  },
  {
    names: ['deinterlace'],
    translate: gone((name) => ({ videoFront: 'yadif', told: `${name} → filter yadif` })),
  },
  {
    names: ['vsync'],
    translate: gone((_name, value) => {
      const mode = FPS_MODES[value];
      if (mode === undefined) return { advice: 'give fps_mode: passthrough, cfr or vfr' };
      return { give: [['fps_mode', mode]], told: `vsync ${value} → fps_mode ${mode}` };
    }),
  },
  { names: ['vbsf'], translate: gone(renamed('bsf:v')) },
  { names: ['absf'], translate: gone(renamed('bsf:a')) },
  { names: ['map_meta_data'], translate: gone(renamed('map_metadata')) },
  { names: ['directpred'], translate: gone(renamed('direct-pred')) },
  { names: ['alang'], translate: gone(language('a')) },
  { names: ['vlang'], translate: gone(language('v')) },
  { names: ['slang'], translate: gone(language('s')) },
  {
    names: ['vol'],
    translate: gone((_name, value) => {
      if (!/^\d+$/.test(value)) return { advice: 'give the filter volume (1.0 = as it is)' };
      const filter = `volume=${Number(value) / 256}`;
      return { audioFront: filter, told: `vol ${value} → filter ${filter}` };
    }),
  },
  {
    names: ['map_channel'],
    translate: gone(() => ({ advice: 'give the audio filter pan or channelmap' })),
  },
  {
    names: ['top'],
    translate: gone((_name, value) => {
      const order = FIELD_ORDERS[value];
      if (order === undefined) return { told: `top ${value} left out: it is the default` };
      return { videoBack: `setfield=${order}`, told: `top ${value} → filter setfield=${order}` };
    }),
  },
  {
    names: ['newaudio', 'newvideo', 'newsubtitle'],
    translate: gone(() => ({ advice: 'give a map for every stream of the output' })),
  },
  {
    names: ['loop_input'],
    translate: (_value, name, { ffmpeg, ends }) => {
      if (ffmpeg.mainOptions.has(name)) return undefined;
      if (!ends) return { advice: 'give stream_loop with a number, or t for the duration' };
      return { give: [['stream_loop', '-1']], told: `${name} → stream_loop -1` };
    },
  },
  { names: ['intra'], translate: gone((name) => ({ give: [['g', '1']], told: `${name} → g 1` })) },
  {
    // FFmpeg 5.1 has another option of this name, which takes a value.
    names: ['isync'],
    translate: () => ({ told: 'isync left out: FFmpeg has nothing like it any more' }),
  },
  {
    names: ['psnr', 'qphist', 'adrift_threshold'],
    translate: gone((name) => ({ told: `${name} left out: FFmpeg has dropped it` })),
  },
  {
    names: ['flags2'],
    translate: (value, name) => {
      const flags = value.match(/[+-]?[^+-]+/g) ?? [];
      const kept = flags.filter((flag) => !X264_FLAGS2.includes(flag.replace(/^[+-]/, '')));
      if (kept.length === flags.length) return undefined;
      const left = flags.filter((flag) => !kept.includes(flag)).join('');
      return {
        give: kept.length > 0 ? [[name, kept.join('')]] : [],
        told: `flags2 ${left} left out: libx264 has its own options for it, and good defaults`,
      };
    },
  },
  {
    names: PASTED_OPTIONS,
    translate: (_value, name) => ({ told: `${name} left out: it is not for a job to set` }),
  },
  {
    names: ['rc_eq'],
    translate: (_value, name, { videoCodec }) =>
      videoCodec === 'libx264' ? { told: `${name} left out: libx264 does not use it` } : undefined,
  },
];

/** The encoder that runs when `codec` is asked for: AAC encoders that are not built in give way to `aac`. */
export function availableAudioCodec(codec: string, ffmpeg: Situation['ffmpeg']): string {
  return AAC_ENCODERS.includes(codec) && !ffmpeg.encoders.has(codec) ? 'aac' : codec;
}

/** A rule for an option that is FFmpeg's own: left alone as long as FFmpeg has it. */
function gone(change: (name: string, value: string) => Change | Refusal): Rule['translate'] {
  return (value, name, { ffmpeg }) =>
    ffmpeg.mainOptions.has(name) ? undefined : change(name, value);
}

function renamed(today: string) {
  return (name: string, value: string): Change => ({
    give: [[today, value]],
    told: `${name} → ${today}`,
  });
}

function language(kind: 'a' | 'v' | 's') {
  return (name: string, value: string): Change => ({
    give: [[`metadata:s:${kind}:0`, `language=${value}`]],
    told: `${name} → metadata:s:${kind}:0 language`,
  });
}

function inWords(pairs: readonly (readonly [string, string | null])[]): string {
  return pairs.map((pair) => pair.join(' ')).join(', ');
}
