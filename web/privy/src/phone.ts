/** A number in E.164 form (`+` and up to 15 digits), or null if the country code is missing. */
export const e164 = (typed: string): string | null => {
  const compact = typed.replace(/[\s().\-/\u2010-\u2015\u00a0]/g, "").replace(/^00/, "+");
  return /^\+[1-9]\d{6,14}$/.test(compact) ? compact : null;
};
