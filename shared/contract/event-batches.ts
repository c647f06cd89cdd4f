// How Lambda batches what the categorizer and the projector take, for the stacks that say so and the benchmarks that
// count on it.

/** Events in the queue. */
export const queueBatches = { maxMessages: 100, windowSeconds: 1, maxConcurrency: 20 } as const;

/**
 * Records of the Ledger's stream. A batch is written in as few transactions as it fits, so a larger one costs less for each
 * event: by default the first record waits for others for so long (`-c projectorWindowSeconds=…` at synthesis).
 */
export const streamBatches = { maxRecords: 1000, windowSeconds: 1 } as const;

/** What the keys of the records begin with that the projector is called for: not for what it writes itself. */
export const projectedKeyPrefixes = ["O#", "B#"] as const;
