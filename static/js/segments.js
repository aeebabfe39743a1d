// Parts of a text message, counted as the server counts them (notifications/templates/segments.py).
// A test runs both over the same texts.

const basic = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const extended = new Set("\f^{}\\[~]|€");
const single = { "GSM-7": 160, "UCS-2": 70 };
const each = { "GSM-7": 153, "UCS-2": 67 };

// Characters are taken whole: a string is walked by code points, never by halves of a pair.
export function countParts(text) {
  const characters = [...text];
  const isGsm = characters.every((one) => basic.has(one) || extended.has(one));
  const encoding = isGsm ? "GSM-7" : "UCS-2";
  const widths = characters.map((one) => (isGsm ? (extended.has(one) ? 2 : 1) : one.length));
  const units = widths.reduce((sum, width) => sum + width, 0);
  if (units <= single[encoding]) return { encoding, units, parts: text ? 1 : 0 };
  let parts = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > each[encoding]) {
      parts += 1;
      used = 0;
    }
    used += width;
  }
  return { encoding, units, parts };
}
