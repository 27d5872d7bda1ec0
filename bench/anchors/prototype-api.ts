import { randomUUID } from 'node:crypto';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { serveJobs } from './serve-jobs.ts';

/**
 * The least that takes a job by DynamoDB and SQS: one conditional write, one message. Arguments: the two
 * endpoints, the queue's URL.
 */
const [dynamodbEndpoint = '', sqsEndpoint = '', QueueUrl = ''] = process.argv.slice(2);
const options = { region: 'us-east-1', credentials: { accessKeyId: 'id', secretAccessKey: 'key' } };
const dynamodb = new DynamoDBClient({ ...options, endpoint: dynamodbEndpoint });
const sqs = new SQSClient({ ...options, endpoint: sqsEndpoint, useQueueUrlAsEndpoint: false });

await serveJobs(async (work) => {
  const id = randomUUID();
  await dynamodb.send(
    new PutItemCommand({
      TableName: 'prototype',
      Item: { id: { S: id }, work: { S: JSON.stringify(work) }, state: { S: 'PENDING' } },
      ConditionExpression: 'attribute_not_exists(id)',
    }),
  );
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: id }));
  return id;
});
