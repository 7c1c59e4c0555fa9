import { CfWorkerJsonSchemaValidator } from "@modelcontextprotocol/client/validators/cf-worker";

type Schema = Parameters<CfWorkerJsonSchemaValidator["getValidator"]>[0];

const validator = new CfWorkerJsonSchemaValidator();

/** How a value falls short of a schema, null if it does not. The SDK's validator, which needs no `eval`. */
export function misfit(schema: object, value: unknown): string | null {
  try {
    // The SDK's own types of schemas are not assignable to each other under exactOptionalPropertyTypes.
    const found = validator.getValidator(schema as Schema)(value);
    return found.valid ? null : found.errorMessage;
  } catch (error) {
    return `the schema cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  }
}
