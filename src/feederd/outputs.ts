import type { FileHandle } from 'node:fs/promises';

/** An output as its viewer gets it. */
export type OpenedOutput =
  | {
      readonly kind: 'file';
      /** Open; whoever asked closes it. */
      readonly handle: FileHandle;
      readonly contentType: string;
      readonly size: number;
      /** Milliseconds since the epoch. */
      readonly modifiedAt: number;
    }
  /** Where it can be read by anybody, for a while. */
  | { readonly kind: 'url'; readonly url: string };

/** Finished outputs, for who may look at them. */
export interface Outputs {
  /**
   * @param uri as the job has it, credentials and all
   * @param size bytes that the job published there: a file of another size is another's
   * @throws NommerError UNKNOWN_OUTPUT, UNAVAILABLE
   */
  open(uri: string, size: number): Promise<OpenedOutput>;
}
