/** What the job store asks the data file. Each is answered by an index, whatever jobs there have been. */
export const JOB_QUERIES = {
  insert: `INSERT INTO jobs (unique_id, version, open, state, body) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (unique_id) DO NOTHING`,
  get: 'SELECT body FROM jobs WHERE unique_id = ?',
  replace: `UPDATE jobs SET version = ?, open = ?, state = ?, body = ?
    WHERE unique_id = ? AND version = ?`,
  open: `SELECT sequence, unique_id AS id, body FROM jobs WHERE open = 1 AND sequence > ?
    ORDER BY sequence LIMIT ?`,
  recent: `SELECT sequence, unique_id AS id, body FROM jobs WHERE sequence < ?
    ORDER BY sequence DESC LIMIT ?`,
  recentInState: `SELECT sequence, unique_id AS id, body FROM jobs
    WHERE state = ? AND sequence < ?
    ORDER BY sequence DESC LIMIT ?`,
  wipeSome: 'DELETE FROM jobs WHERE sequence IN (SELECT sequence FROM jobs LIMIT ?)',
  any: 'SELECT 1 FROM jobs LIMIT 1',
} as const;
