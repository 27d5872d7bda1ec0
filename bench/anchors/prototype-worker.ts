import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { doWork, type Work } from './do-work.ts';

/** Claims each job by one conditional write. Arguments: the two endpoints, the queue's URL. */
const [dynamodbEndpoint = '', sqsEndpoint = '', QueueUrl = ''] = process.argv.slice(2);
const options = { region: 'us-east-1', credentials: { accessKeyId: 'id', secretAccessKey: 'key' } };
const dynamodb = new DynamoDBClient({ ...options, endpoint: dynamodbEndpoint });
const sqs = new SQSClient({ ...options, endpoint: sqsEndpoint, useQueueUrlAsEndpoint: false });

process.send?.({ ready: true });
for (;;) {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MaxNumberOfMessages: 1 }),
  );
  for (const { Body = '', ReceiptHandle } of Messages) {
    const { Attributes } = await dynamodb.send(
      new UpdateItemCommand({
        TableName: 'prototype',
        Key: { id: { S: Body } },
        UpdateExpression: 'SET #state = :taken',
        ConditionExpression: '#state = :pending',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':taken': { S: 'TAKEN' }, ':pending': { S: 'PENDING' } },
        ReturnValues: 'ALL_NEW',
      }),
    );
    await doWork(JSON.parse(Attributes?.['work']?.S ?? '{}') as Work);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
}
