/** Probed facts of a media file. What a file does not tell is null. */
export interface MediaFacts {
  /** Bytes. */
  readonly size: number;
  /** Container's name, as the prober calls it. */
  readonly format: string | null;
  /** Seconds. */
  readonly duration: number | null;
  /** Bits per second over all streams. */
  readonly bitRate: number | null;
  readonly video: VideoFacts | null;
  readonly audio: AudioFacts | null;
}

export interface VideoFacts {
  readonly codec: string;
  readonly profile: string | null;
  readonly width: number;
  readonly height: number;
  /** Frames per second, averaged. */
  readonly frameRate: number | null;
  readonly pixelFormat: string | null;
}

export interface AudioFacts {
  readonly codec: string;
  readonly profile: string | null;
  /** Hz. */
  readonly sampleRate: number | null;
  readonly channels: number | null;
}
