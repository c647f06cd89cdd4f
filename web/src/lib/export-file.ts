// Something long as one file: the API gives it in parts, each of which says where the next one begins.

export interface FetchedSoFar {
  parts: readonly Blob[];
  /** Where the next part begins; undefined at the beginning, and when there is no more. */
  cursor: string | undefined;
  isComplete: boolean;
}

export const nothingYet: FetchedSoFar = { parts: [], cursor: undefined, isComplete: false };

export const sizeOf = ({ parts }: FetchedSoFar): number => parts.reduce((sum, { size }) => sum + size, 0);

export interface FetchedPart {
  part: Blob;
  next: string | undefined;
}

interface Fetching {
  /** `onBytes`: how many bytes of this part have come. */
  fetchPart: (cursor: string | undefined, onBytes: (bytes: number) => void) => Promise<FetchedPart>;
  /** After each part: from there it can go on after a failure. */
  onPart: (soFar: FetchedSoFar) => void;
  onBytes: (bytes: number) => void;
}

/** Fetches what is missing. @throws what `fetchPart` throws; what came before has been told to `onPart` */
export async function fetchRest(from: FetchedSoFar, { fetchPart, onPart, onBytes }: Fetching): Promise<FetchedSoFar> {
  let soFar = from;
  while (!soFar.isComplete) {
    const before = sizeOf(soFar);
    const { part, next } = await fetchPart(soFar.cursor, (bytes) => onBytes(before + bytes));
    soFar = { parts: [...soFar.parts, part], cursor: next, isComplete: next === undefined };
    onPart(soFar);
  }
  return soFar;
}

/** Reads a body as it streams in. */
export async function readBody(response: Response, onBytes: (bytes: number) => void): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) {
    chunks.push(chunk.value);
    bytes += chunk.value.length;
    onBytes(bytes);
  }
  return new Blob(chunks);
}

/** As if it were a download of the page. */
export function saveFile(name: string, parts: readonly Blob[], type: string): void {
  const url = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it by the next turn.
  setTimeout(() => URL.revokeObjectURL(url));
}
