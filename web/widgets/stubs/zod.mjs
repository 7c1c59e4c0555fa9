const absent = () => {
  throw new Error("absent from this build");
};

// The parser knows it by this name.
export const INVALID = Symbol.for("zod.compile.invalid");
export class ZodCompileAsyncError extends Error {}
export class ZodCompileUnsupportedError extends Error {}
export class JSONSchemaGenerator {
  constructor() {
    absent();
  }
}
export const compile = absent;
export const fromJSONSchema = absent;
export const toJSONSchema = absent;
export const withParser = absent;
// zod calls these two for every schema that is built.
export const createStandardJSONSchemaMethod = () => absent;
export const createToJSONSchemaMethod = () => absent;
