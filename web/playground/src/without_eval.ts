import { config } from "zod/v4/core";

// zod tries whether it may compile its schemas as soon as the first one is made. The page's policy
// forbids it, and reports the attempt.
config({ jitless: true });
