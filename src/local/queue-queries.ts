/** What a queue asks the data file. The indices make each cost what it returns, except `depth`. */
export const QUEUE_QUERIES = {
  send: 'INSERT INTO messages (queue, visible_at, body) VALUES (?, ?, ?)',
  nextVisibleAt: 'SELECT min(visible_at) AS at FROM messages WHERE queue = ? AND dead = 0',
  visible: `SELECT id, receive_count, body FROM messages
    WHERE queue = ? AND dead = 0 AND visible_at <= ? ORDER BY visible_at, id LIMIT ?`,
  take: 'UPDATE messages SET visible_at = ?, receive_count = receive_count + 1 WHERE id = ?',
  bury: 'UPDATE messages SET dead = 1 WHERE id = ?',
  hide: `UPDATE messages SET visible_at = ?
    WHERE id = ? AND receive_count = ? AND queue = ? AND dead = 0 AND visible_at > ?`,
  remove: 'DELETE FROM messages WHERE id = ? AND receive_count = ? AND queue = ? AND dead = ?',
  depth: `SELECT
      count(*) FILTER (WHERE visible_at <= ?1) AS waiting,
      count(*) FILTER (WHERE visible_at > ?1 AND receive_count = 0) AS delayed,
      count(*) FILTER (WHERE visible_at > ?1 AND receive_count > 0) AS in_flight
    FROM messages WHERE queue = ?2 AND dead = 0`,
  dead: `SELECT id, receive_count, body FROM messages WHERE queue = ? AND dead = 1
    ORDER BY id LIMIT ?`,
  wipe: 'DELETE FROM messages WHERE queue = ?',
} as const;
