// The formats of JSON Schema that a person may get wrong.

const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?$/i;
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const DURATION = /^P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/** Browsers take the 30th of February for the 2nd of March. */
function isDate(text: string): boolean {
  const time = DATE.test(text) ? Date.parse(text) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

const FORMATS: Record<string, { fits: (text: string) => boolean; words: string }> = {
  date: { fits: isDate, words: "Write a date: 2026-01-31." },
  time: { fits: (text) => TIME.test(text), words: "Write a time: 13:45:00Z." },
  "date-time": { fits: (text) => DATE_TIME.test(text) && isDate(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)), words: "Write a date and a time with its zone: 2026-01-31T13:45:00Z." },
  duration: { fits: (text) => DURATION.test(text), words: "Write a duration: P1DT2H." },
  uuid: { fits: (text) => UUID.test(text), words: "Write a UUID: 123e4567-e89b-12d3-a456-426614174000." },
  email: { fits: (text) => EMAIL.test(text), words: "Write a mail address: ada@example.com." },
  uri: { fits: (text) => URL.canParse(text), words: "Write a whole address: https://example.com/." },
  url: { fits: (text) => URL.canParse(text), words: "Write a whole address: https://example.com/." },
  ipv4: { fits: (text) => IPV4.test(text), words: "Write an IPv4 address: 192.0.2.1." },
};

/** What is wrong with a text of this format, or null. A format that is not known is never wrong. */
export function misformed(format: string, text: string): string | null {
  const known = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  return known === undefined || known.fits(text) ? null : known.words;
}
