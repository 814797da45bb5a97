/** Tells a cluster whether to send calls. */

import { call, type CallOptions, type Outcome } from "./backk.js";

/**
 * Succeed where the database answers within a second, has all migrations, and the project's checks pass.
 *
 * For everyone.
 */
export function isMicroserviceReady(
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "readinessCheckService.isMicroserviceReady", answers: "nothing" },
    {},
    options,
  );
}
