// Character references of HTML, as far as mail uses them.

/** U+00A0 to U+00FF, in order (HTML standard, "Named character references"). */
const latin1 = (
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para " +
  "middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave " +
  "Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute " +
  "Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave " +
  "iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml"
).split(" ");

const characters = new Map<string, string>([
  ...latin1.map((name, index): [string, string] => [name, String.fromCodePoint(0xa0 + index)]),
  ...Object.entries({
    amp: "&",
    apos: "'",
    gt: ">",
    lt: "<",
    quot: '"',
    OElig: "Œ",
    oelig: "œ",
    Scaron: "Š",
    scaron: "š",
    Zcaron: "Ž",
    zcaron: "ž",
    bull: "•",
    check: "✓",
    copysr: "℗",
    dagger: "†",
    darr: "↓",
    euro: "€",
    hearts: "♥",
    hellip: "…",
    infin: "∞",
    larr: "←",
    ldquo: "“",
    lsaquo: "‹",
    lsquo: "‘",
    mdash: "—",
    ndash: "–",
    rarr: "→",
    rdquo: "”",
    rsaquo: "›",
    rsquo: "’",
    sbquo: "‚",
    bdquo: "„",
    star: "☆",
    starf: "★",
    trade: "™",
    uarr: "↑",
    ensp: " ",
    emsp: " ",
    thinsp: " ",
    // What keeps a preview line empty, and says nothing.
    shy: "",
    zwj: "",
    zwnj: "",
  }),
]);

const reference = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));/g;

const ofCodePoint = (codePoint: number): string =>
  codePoint === 0 || codePoint > 0x10_ff_ff ? "\u{FFFD}" : String.fromCodePoint(codePoint);

/** The text with its character references decoded; those that are unknown stay as they are written. */
export const decodeEntities = (text: string): string =>
  text.includes("&")
    ? text.replace(reference, (whole, decimal?: string, hex?: string, name?: string) => {
        if (decimal !== undefined) return ofCodePoint(Number(decimal));
        if (hex !== undefined) return ofCodePoint(Number.parseInt(hex, 16));
        return characters.get(name ?? "") ?? whole;
      })
    : text;
