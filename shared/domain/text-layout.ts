// Plain text, word by word: what stands between words is decided when the next one comes.

/** Text that grows by words and breaks; spaces and breaks are written only between words. */
export function createTextLayout() {
  const written: string[] = [];
  let breaks = 0;
  let hasSpace = false;
  let indent = "";
  /** Behind the mark of a list's item its first word comes, however many blocks begin in between. */
  let isBehindMarker = false;
  const isEmpty = () => written.length === 0;
  const word = (text: string): void => {
    if (isBehindMarker) written.push(" ");
    else if (breaks > 0 && !isEmpty()) written.push("\n".repeat(breaks), indent);
    else if (hasSpace && !isEmpty()) written.push(" ");
    breaks = 0;
    hasSpace = false;
    isBehindMarker = false;
    written.push(text);
  };
  return {
    word,
    /** The dash or the number of a list's item. */
    marker: (text: string) => {
      isBehindMarker = false;
      word(text);
      isBehindMarker = true;
    },
    endItem: () => {
      isBehindMarker = false;
    },
    space: () => {
      hasSpace = true;
    },
    break: (count: number) => {
      breaks = Math.max(breaks, count);
    },
    setIndent: (text: string) => {
      indent = text;
    },
    /** After the last word, before what is to come between it and the next. */
    attach: (text: string) => {
      written.push(" ", text);
    },
    rule: () => {
      breaks = 2;
      word("----------");
      breaks = 2;
    },
    /** Words with single spaces between them. */
    flow: (text: string) => {
      for (const [piece] of text.matchAll(/[ \t\n\r\f]+|[^ \t\n\r\f]+/g)) {
        if (/^[ \t\n\r\f]/.test(piece)) hasSpace = true;
        else word(piece);
      }
    },
    /** As it stands. */
    preformatted: (text: string) => {
      for (const [index, line] of text.split(/\r?\n/).entries()) {
        if (index > 0) breaks = Math.min(breaks + 1, 2);
        if (line !== "") word(line);
      }
    },
    mark: () => written.length,
    since: (mark: number) => written.slice(mark).join("").trim(),
    end: () =>
      written
        .join("")
        .replaceAll("\u00A0", " ")
        // From the first space of each run alone, or a long run in the middle of a line would take its square.
        .replaceAll(/(?<! ) +$/gm, "")
        .replaceAll(/\n{3,}/g, "\n\n")
        .trim(),
  };
}
