import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import type { AwsClients } from '../aws-clients.ts';
import { callAws } from '../aws-error.ts';
import { found, MISSING, type Resource } from './resource.ts';

const NO_IMAGE = ['InvalidAMIID.NotFound', 'InvalidAMIID.Malformed', 'InvalidAMIID.Unavailable'];

/** The image of the nodes. It is built, not made here. */
export function imageResource(clients: AwsClients, imageId: string): Resource {
  return {
    kind: 'image',
    name: imageId,
    async look() {
      const describe = new DescribeImagesCommand({ ImageIds: [imageId] });
      const ask = async () => (await clients.ec2()).send(describe);
      const answer = await callAws(`EC2, image ${imageId}`, ask, NO_IMAGE);
      const image = answer?.Images?.find(({ ImageId }) => ImageId === imageId);
      if (image === undefined) return MISSING;
      const { State = 'available' } = image;
      return found({
        isOwn: false,
        differences: State === 'available' ? [] : [`is ${State}, not available`],
      });
    },
  };
}
