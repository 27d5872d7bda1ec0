import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { NommerError } from '../../core/errors.ts';
import type { AwsClients } from '../aws-clients.ts';
import { callAws } from '../aws-error.ts';
import type { Resource } from './resource.ts';

const NO_IMAGE = ['InvalidAMIID.NotFound', 'InvalidAMIID.Malformed', 'InvalidAMIID.Unavailable'];

/** The image of the nodes. It is built, not made here. */
export function imageResource(clients: AwsClients, imageId: string): Resource {
  return {
    kind: 'image',
    name: imageId,
    isEssential: false,
    async isThere() {
      const describe = new DescribeImagesCommand({ ImageIds: [imageId] });
      const ask = async () => (await clients.ec2()).send(describe);
      const answer = await callAws(`EC2, image ${imageId}`, ask, NO_IMAGE);
      return answer?.Images?.some(({ ImageId }) => ImageId === imageId) === true;
    },
    create: () =>
      Promise.reject(
        new NommerError(
          'BAD_SETTING',
          `EC2_AMI_ID: no such image in this region; build one with deploy/ami. Received ${JSON.stringify(imageId)}`,
        ),
      ),
    isOwn: () => Promise.resolve(false),
    remove: () => Promise.resolve(),
  };
}
