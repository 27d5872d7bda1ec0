import { basename } from 'node:path';
import type { Settings } from '../../conf/settings.ts';
import { formatUri } from '../render/format-uri.ts';
import { printable } from '../render/printable.ts';

type Place = Pick<
  Settings,
  'backend' | 'dataDir' | 'jobStateTable' | 'awsRegion' | 'dynamodbEndpoint'
>;

/** What has to be typed before the installation loses anything. */
export function installationName({ backend, dataDir, jobStateTable }: Place): string {
  return backend === 'aws' ? jobStateTable : basename(dataDir);
}

/** Which installation it is, and where. @param arn of anything in its account, where one is known */
export function describePlace(settings: Place, arn?: string): string {
  if (settings.backend === 'local') return formatUri(settings.dataDir);
  const { jobStateTable, awsRegion = 'no region', dynamodbEndpoint = 'AWS' } = settings;
  const account = arn?.split(':')[4];
  return [
    `${printable(jobStateTable)} on ${dynamodbEndpoint}`,
    awsRegion,
    ...(account === undefined ? [] : [`account ${account}`]),
  ].join(', ');
}
