import type { FastifyInstance } from 'fastify';
import type { Settings } from '../../conf/settings.ts';
import { isLoopback } from '../../conf/is-loopback.ts';
import { isErrnoException, NommerError } from '../../core/errors.ts';

type ListenSettings = Pick<Settings, 'feederdHost' | 'feederdPort' | 'apiTokens'>;

/** Opens the API's port and says so in the log. @throws NommerError BAD_SETTING when it is taken */
export async function listen(
  api: FastifyInstance,
  { feederdHost: host, feederdPort: port, apiTokens }: ListenSettings,
): Promise<void> {
  try {
    await api.listen({ host, port, listenTextResolver: (url) => `feederd is ready at ${url}` });
  } catch (thrown: unknown) {
    if (!isErrnoException(thrown) || thrown.code !== 'EADDRINUSE') throw thrown;
    throw new NommerError(
      'BAD_SETTING',
      `Port ${port} of ${host} is taken, by another feederd perhaps: set FEEDERD_PORT`,
      { cause: thrown },
    );
  }
  if (apiTokens.length > 0) return;
  if (isLoopback(host)) {
    api.log.info('there are no API_TOKENS: everybody on this machine may call, and nobody else');
  } else {
    api.log.warn('there are no API_TOKENS: everybody who can reach this address may call');
  }
}
