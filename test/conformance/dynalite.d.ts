declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** Makes a DynamoDB server that keeps its tables in memory; it does not listen yet. */
  export default function dynalite(options?: {
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}
