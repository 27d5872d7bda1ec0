import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { NommerError } from '../../core/errors.ts';
import type { AwsClients } from '../aws-clients.ts';
import { awsErrorCode, fromAws } from '../aws-error.ts';
import type { Resource } from './resource.ts';

const NO_IMAGE = ['InvalidAMIID.NotFound', 'InvalidAMIID.Malformed', 'InvalidAMIID.Unavailable'];

/** The image of the nodes. It is built, not made here. */
export function imageResource(clients: AwsClients, imageId: string): Resource {
  return {
    kind: 'image',
    name: imageId,
    isEssential: false,
    async isThere() {
      try {
        const ec2 = await clients.ec2();
        const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }));
        return Images?.some(({ ImageId }) => ImageId === imageId) === true;
      } catch (thrown: unknown) {
        if (NO_IMAGE.includes(awsErrorCode(thrown) ?? '')) return false;
        throw fromAws(thrown, `EC2, image ${imageId}`);
      }
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
