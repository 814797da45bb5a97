/** Tells a cluster whether the process must be replaced. */

import { call, type CallOptions, type Outcome } from "./backk.js";

/**
 * Succeed unless a liveness check of the project fails; a database that is down is no reason to be replaced.
 *
 * For everyone.
 */
export function isMicroserviceAlive(
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "livenessCheckService.isMicroserviceAlive", answers: "nothing" },
    {},
    options,
  );
}
