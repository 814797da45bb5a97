/** Tells a cluster when to begin with the other probes. */

import { call, type CallOptions, type Outcome } from "./backk.js";

/**
 * Succeed once all migrations were seen in the database, and where the project's checks pass.
 *
 * For everyone.
 */
export function isMicroserviceStarted(
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "startupCheckService.isMicroserviceStarted", answers: "nothing" },
    {},
    options,
  );
}
