/** Executes several calls that came in one request, each authorized, validated and limited as if it came alone. */

import { call, type CallOptions, type Outcome } from "./backk.js";
import { type ServiceFunctionAnswerMap, type ServiceFunctionCallMap } from "./types.js";

/**
 * Execute calls side by side, each in a transaction of its own.
 *
 * For everyone.
 */
export function executeInParallelWithoutTransaction(
  argument?: ServiceFunctionCallMap,
  options?: CallOptions,
): Promise<Outcome<ServiceFunctionAnswerMap>> {
  return call(
    { name: "multipleServiceFunctionExecutionService.executeInParallelWithoutTransaction", answers: "document" },
    argument,
    options,
  );
}

/**
 * Execute calls one after another, each in a transaction of its own; one that fails does not end the others.
 *
 * For everyone.
 */
export function executeInSequenceWithoutTransaction(
  argument?: ServiceFunctionCallMap,
  options?: CallOptions,
): Promise<Outcome<ServiceFunctionAnswerMap>> {
  return call(
    { name: "multipleServiceFunctionExecutionService.executeInSequenceWithoutTransaction", answers: "document" },
    argument,
    options,
  );
}

/**
 * Execute calls in one transaction; one that fails undoes all, whatever the others are answered.
 *
 * For everyone.
 */
export function executeInParallelInsideTransaction(
  argument?: ServiceFunctionCallMap,
  options?: CallOptions,
): Promise<Outcome<ServiceFunctionAnswerMap>> {
  return call(
    { name: "multipleServiceFunctionExecutionService.executeInParallelInsideTransaction", repeats: "once", answers: "document" },
    argument,
    options,
  );
}

/**
 * Execute calls in one transaction, in order; one that fails undoes all, whatever the others are answered.
 *
 * For everyone.
 */
export function executeInSequenceInsideTransaction(
  argument?: ServiceFunctionCallMap,
  options?: CallOptions,
): Promise<Outcome<ServiceFunctionAnswerMap>> {
  return call(
    { name: "multipleServiceFunctionExecutionService.executeInSequenceInsideTransaction", repeats: "once", answers: "document" },
    argument,
    options,
  );
}
