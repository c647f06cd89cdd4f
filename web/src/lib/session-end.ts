// That a session is over, told to whoever shows pages: one listener decides where people go then.

const listeners = new Set<() => void>();

/** Calls `listener` each time the API refuses who is signed in; the answer ends that. */
export function onSessionEnd(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function reportSessionEnd(): void {
  for (const listener of listeners) listener();
}
