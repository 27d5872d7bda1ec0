import { LatestMap } from '../core/latest-map.ts';

/** A picture of an output, drawn once. */
export type Picture = HTMLCanvasElement | 'none';

const WIDTH = 128;
/** Browsers decode few at a time, and the visible rows are meant to come first. */
const AT_A_TIME = 3;
const KEPT = 300;
/** Black is what many films begin with. */
const SECOND = 1;
const GIVE_UP_MS = 30_000;

const pictures = new LatestMap<string, Promise<Picture>>(KEPT);
const waiting: (() => void)[] = [];
let running = 0;

/** Draws a frame of a video, or a picture itself, by the player of the browser; nothing is made by feederd. */
export function pictureOf(url: string, kind: 'video' | 'image'): Promise<Picture> {
  const known = pictures.get(url);
  if (known !== undefined) return known;
  const picture = inTurn(() => (kind === 'video' ? drawVideo(url) : drawImage(url)));
  pictures.set(url, picture);
  return picture;
}

async function inTurn(make: () => Promise<Picture>): Promise<Picture> {
  if (running >= AT_A_TIME) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await make();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

async function drawVideo(url: string): Promise<Picture> {
  const video = document.createElement('video');
  Object.assign(video, { muted: true, playsInline: true, preload: 'auto' });
  // A film shorter than that shows its last frame.
  video.src = `${url}#t=${SECOND}`;
  try {
    if (!(await happens(video, 'loadeddata'))) return 'none';
    if (video.seeking && !(await happens(video, 'seeked'))) return 'none';
    return draw(video, video.videoWidth, video.videoHeight);
  } finally {
    video.removeAttribute('src');
    video.load();
  }
}

async function drawImage(url: string): Promise<Picture> {
  const image = new Image();
  image.src = url;
  const isThere = await happens(image, 'load');
  return isThere ? draw(image, image.naturalWidth, image.naturalHeight) : 'none';
}

function happens(element: HTMLElement, event: string): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), GIVE_UP_MS);
    const end = (did: boolean) => {
      clearTimeout(timer);
      resolve(did);
    };
    element.addEventListener(event, () => end(true), { once: true });
    element.addEventListener('error', () => end(false), { once: true });
  });
}

function draw(source: CanvasImageSource, width: number, height: number): Picture {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (context === null || width === 0 || height === 0) return 'none';
  canvas.width = WIDTH;
  canvas.height = Math.max(1, Math.round((WIDTH * height) / width));
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}
