// Waiting for what may take long and is not needed.

/** The value, or undefined when it takes longer; then it goes on alone, and its failure is nobody's. */
export async function withTimeLimit<Value>(work: Promise<Value>, limitMs: number): Promise<Value | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
