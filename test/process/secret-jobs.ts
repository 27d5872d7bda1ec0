import type { Canaries } from './canaries.ts';
import { h264, SLOW } from './installation.ts';
import type { Telltale } from './start-telltale.ts';

/** Jobs with secrets in every place that can hold one. */
export interface SecretJobs {
  /** How each has to end, and what it is. */
  readonly ending: readonly (readonly [state: string, job: object])[];
  /** Encodes for as long as its clip plays. */
  readonly slow: object;
  /** Each is refused, for another reason. */
  readonly refused: readonly object[];
}

export interface SecretPlaces {
  readonly canaries: Canaries;
  readonly telltale: Telltale;
  /** What is no secret, and goes with every job. */
  readonly metadata: object;
}

export function makeSecretJobs({ canaries, telltale, metadata }: SecretPlaces): SecretJobs {
  const make = (name: string) => canaries.make(name);
  /** With what secrets of S3 are made of; a part of it that is shown is found, too. */
  const secret = (name: string) => {
    const canary = make(name);
    return `${canary}/${canary}+${canary}`;
  };
  const s3 = (name: string, place: string) => `s3://AKIA:${secret(name)}@${place}`;
  const encodedS3 = (name: string, place: string) =>
    `s3://AKIA:${encodeURIComponent(secret(name))}@${place}`;
  const http = (name: string, path: string) => {
    const user = `user:${encodeURIComponent(secret(`${name}, password`))}`;
    const query = `X-Amz-Signature=${make(`${name}, signature`)}&access_token=${make(`${name}, token`)}`;
    return `${telltale.url(user)}${path}?x=1&${query}`;
  };
  const notifyUrl = (name: string) => http(`notify_url of ${name}`, '/notified');
  const notify = (name: string, path = '/notified') => ({
    url: http(`notify.url of ${name}`, path),
    events: ['state', 'finished'],
    secret: `whsec_${Buffer.from(make(`notify.secret of ${name}`)).toString('base64')}`,
  });
  const job = (source_path: string, dest_path: string, more: object = {}) => ({
    ...{ source_path, dest_path, metadata, job_options: h264() },
    ...more,
  });

  const fromS3 = (name: string) => s3(`source of ${name}`, 'media/in.mp4');
  const fromHttp = (name: string) => http(`source of ${name}`, '/in.mp4');
  const toHttp = (name: string) => http(`destination of ${name}`, `/${name}.mp4`);
  const good = (name: string) => [fromS3(name), toHttp(name)] as const;
  return {
    ending: [
      [
        'FINISHED',
        job(fromS3('S3 to S3'), encodedS3('destination of S3 to S3', 'media/out.mp4'), {
          notify: notify('S3 to S3'),
        }),
      ],
      [
        'FINISHED',
        job(fromHttp('HTTP to HTTP'), toHttp('http'), { notify_url: notifyUrl('HTTP to HTTP') }),
      ],
      [
        'ERROR',
        job(encodedS3('source that is not there', 'media/none.mp4'), toHttp('none'), {
          notify: notify('what is not there', '/refused'),
        }),
      ],
      [
        'ERROR',
        job(http('source that is refused', '/refused.mp4'), toHttp('refused'), {
          notify_url: http('notify_url that is refused', '/refused'),
        }),
      ],
      [
        'ERROR',
        job(http('source that leads elsewhere', '/moved.mp4'), toHttp('moved'), {
          notify_url: http('notify_url that leads elsewhere', '/moved'),
        }),
      ],
      ['ERROR', job(http('source that is no media', '/text.mp4'), toHttp('text'))],
      [
        'ERROR',
        job(fromHttp('bucket that is not there'), s3('bucket that is not there', 'nobody/out.mp4')),
      ],
      [
        'ERROR',
        job(fromS3('upload'), http('destination that is refused', '/refused/out.mp4'), {
          notify: notify('what is refused'),
        }),
      ],
    ],
    slow: job(fromHttp('slow'), toHttp('slow'), {
      job_options: SLOW,
      notify: notify('slow'),
    }),
    refused: [
      job(s3('bad bucket', '-/k'), toHttp('bad-bucket')),
      job(`s3://AKIA:${make('quote')}"${make('after quote')}@media/in.mp4`, toHttp('quote')),
      job(`s3://AKIA:${make('late user')}"@media/http://x@y/in.mp4`, toHttp('late-user')),
      job(`https://\\/user:${make('slashes')}@host/in.mp4`, toHttp('slashes')),
      job(`https:user:${make('no slashes')}@host/in.mp4`, toHttp('no-slashes')),
      job(`AKIA:${make('no scheme')}@media/in.mp4`, toHttp('no-scheme')),
      job(`gopher://user:${make('scheme')}@host/in.mp4`, toHttp('scheme')),
      job(fromHttp('forbidden').replace('127.0.0.1', '10.0.0.1'), toHttp('forbidden')),
      job(...good('preset'), { job_options: { options: s3('preset', 'media/preset') } }),
      job(...good('option'), {
        job_options: {
          options: [{ outfile_options: [['vcodec', s3('option', 'media/codec')]] }],
        },
      }),
      job(...good('name of an option'), {
        job_options: { options: [{ outfile_options: [[s3('option', 'media/name'), 'x']] }] },
      }),
      job(...good('nommer'), { job_options: { nommer: s3('nommer', 'media/nommer') } }),
      job(...good('field'), { [s3('name of a field', 'media/x')]: 1 }),
      job(...good('list'), { source_path: [s3('list', 'media/in.mp4')] }),
      job(...good('same place'), {
        source_path: s3('same source', 'media/same'),
        dest_path: s3('same destination', 'media/same'),
      }),
      job(...good('both'), { notify: notify('both'), notify_url: notifyUrl('both') }),
      job(...good('events'), {
        notify: { ...notify('events'), events: [s3('event', 'media/event')] },
      }),
      job(...good('webhook'), { notify: { url: telltale.url(), secret: make('no whsec') } }),
      job(...good('receiver'), { notify_url: s3('receiver', 'media/receiver') }),
    ],
  };
}
