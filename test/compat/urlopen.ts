import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * What `urllib2.urlopen(urllib2.Request(url + 'job/submit', body))` of Python 2.7 sends, byte for byte,
 * and what it gets.
 */
export async function urlopen(
  port: number,
  body: string,
): Promise<{ statusLine: string; body: string }> {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'POST /job/submit HTTP/1.1\r\n' +
      'Accept-Encoding: identity\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n` +
      `Host: 127.0.0.1:${port}\r\n` +
      'Content-Type: application/x-www-form-urlencoded\r\n' +
      'Connection: close\r\n' +
      'User-Agent: Python-urllib/2.7\r\n' +
      '\r\n' +
      body,
  );
  const answer = await text(socket);
  const [head = '', answered = ''] = answer.split('\r\n\r\n', 2);
  return { statusLine: head.split('\r\n', 1)[0] ?? '', body: answered };
}
