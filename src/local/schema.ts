/**
 * The tables of the one file that everything on this machine shares: step n brings the file from
 * `user_version` n to n + 1. Steps that were released are never edited; changes are further steps.
 *
 * Times are milliseconds since the epoch. `sequence` and `id` only grow, so they are creation order.
 */
export const SCHEMA_STEPS: readonly string[] = [
  `
  CREATE TABLE jobs (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    unique_id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    open INTEGER NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX jobs_open ON jobs (sequence) WHERE open = 1;
  CREATE INDEX jobs_by_state ON jobs (state, sequence);

  CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    visible_at INTEGER NOT NULL,
    receive_count INTEGER NOT NULL DEFAULT 0,
    dead INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX messages_alive ON messages (queue, visible_at, id) WHERE dead = 0;
  CREATE INDEX messages_dead ON messages (queue, id) WHERE dead = 1;

  CREATE TABLE node_states (
    node_id TEXT PRIMARY KEY,
    body TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE fleet_launches (
    token TEXT PRIMARY KEY,
    launched_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE fleet_nodes (
    node_id TEXT PRIMARY KEY,
    token TEXT NOT NULL,
    launched_at INTEGER NOT NULL,
    pid INTEGER,
    process_start TEXT,
    terminated INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE leader (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    holder TEXT,
    term INTEGER NOT NULL
  ) STRICT;
  `,
];
