import { Pool } from 'pg';

/** Connections to PostgreSQL, as many as graphile-worker takes by itself. @param host folder of the socket */
export function openPool(host: string): Pool {
  return (
    new Pool({ host, user: 'bench', database: 'postgres', max: 10 })
      // graphile-worker wants to see that somebody listens; with the server gone the bench ends, too.
      .on('error', () => {})
      .on('connect', (client) => client.on('error', () => {}))
  );
}
