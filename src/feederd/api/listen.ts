import type { FastifyInstance } from 'fastify';
import { isErrnoException, NommerError } from '../../core/errors.ts';

/** Opens the API's port and says so in the log. @throws NommerError BAD_SETTING when it is taken */
export async function listen(
  api: FastifyInstance,
  { feederdHost: host, feederdPort: port }: { feederdHost: string; feederdPort: number },
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
}
