// Character references of HTML, as far as mail uses them.

/** U+00A0 to U+00FF, in order (HTML standard, "Named character references"). */
const latin1 = (
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para " +
  "middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave " +
  "Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute " +
  "Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave " +
  "iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml"
).split(" ");

/** U+0391 to U+03A9 and, in lower case, U+03B1 to U+03C9, where the letter before Sigma is its form at the end of words. */
const greek = (
  "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho Sigmaf Sigma Tau Upsilon Phi Chi " +
  "Psi Omega"
).split(" ");

const inOrder = (names: readonly string[], first: number): [string, string][] =>
  names.map((name, index) => [name, String.fromCodePoint(first + index)]);

const characters = new Map<string, string>([
  ...inOrder(latin1, 0xa0),
  ...inOrder(greek, 0x391).filter(([name]) => name !== "Sigmaf"),
  ...inOrder(
    greek.map((name) => name.toLowerCase()),
    0x3b1,
  ),
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
    asymp: "≈",
    bull: "•",
    check: "✓",
    copysr: "℗",
    dagger: "†",
    darr: "↓",
    equiv: "≡",
    euro: "€",
    frasl: "⁄",
    ge: "≥",
    harr: "↔",
    hearts: "♥",
    hellip: "…",
    infin: "∞",
    larr: "←",
    ldquo: "“",
    le: "≤",
    lsaquo: "‹",
    lsquo: "‘",
    mdash: "—",
    minus: "−",
    ndash: "–",
    ne: "≠",
    permil: "‰",
    prime: "′",
    Prime: "″",
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

/** Browsers read them without a semicolon, too. */
const legacy: ReadonlySet<string> = new Set([...latin1, "amp", "gt", "lt", "quot"]);

const reference =
  /&(?:#(\d{1,7})(?!\d)|#[xX]([0-9a-fA-F]{1,6})(?![0-9a-fA-F])|([A-Za-z][A-Za-z0-9]{1,31})(?![A-Za-z0-9]))(;|(?!=))/g;

const ofCodePoint = (codePoint: number): string =>
  codePoint === 0 || codePoint > 0x10_ff_ff ? "\u{FFFD}" : String.fromCodePoint(codePoint);

/** The text with its character references decoded; those that are unknown stay as they are written. */
export const decodeEntities = (text: string): string =>
  text.includes("&")
    ? text.replace(reference, (whole, decimal?: string, hex?: string, name = "", end?: string) => {
        if (decimal !== undefined) return ofCodePoint(Number(decimal));
        if (hex !== undefined) return ofCodePoint(Number.parseInt(hex, 16));
        return (end === ";" || legacy.has(name) ? characters.get(name) : undefined) ?? whole;
      })
    : text;
