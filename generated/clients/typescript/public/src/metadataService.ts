/** Describes the API: to services of the cluster with what is for them only, to all others without. */

import { call, type CallOptions, type Outcome } from "./backk.js";

/**
 * Return services, functions, types, access modes, rules and errors, in the words of Backk.
 *
 * For everyone.
 */
export function getServicesMetadata(
  options?: CallOptions,
): Promise<Outcome<unknown>> {
  return call(
    { name: "metadataService.getServicesMetadata", repeats: "reads", answers: "document" },
    {},
    options,
  );
}

/**
 * Return this document: OpenAPI 3.1 as JSON.
 *
 * For everyone.
 */
export function getOpenApiSpec(
  options?: CallOptions,
): Promise<Outcome<unknown>> {
  return call(
    { name: "metadataService.getOpenApiSpec", repeats: "reads", answers: "document" },
    {},
    options,
  );
}
