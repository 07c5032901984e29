/** How a Redis server can be run here. */
export type RedisProgram =
  /** A program on this machine; `libraries` go into LD_LIBRARY_PATH. */
  | {
      readonly kind: 'program';
      readonly path: string;
      readonly libraries: readonly string[];
      readonly version: string;
      readonly from: string;
    }
  /** An image of a container engine that answers. */
  | { readonly kind: 'docker'; readonly image: string };

/** Streams' `entries-added`, which the reader's check for lost entries stands on, came with 7.0. */
export const OLDEST_REDIS_MAJOR = 7;
