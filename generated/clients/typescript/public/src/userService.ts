/** Shows who buys and sells. */

import { call, type CallOptions, type Outcome, type Projected } from "./backk.js";
import { GetUsers, Id, type User, type UserSelection } from "./types.js";

/**
 * Find people by a part of their names.
 *
 * For everyone.
 */
export function getUsers<const Asked extends GetUsers = object>(
  argument?: Asked,
  options?: CallOptions,
): Promise<Outcome<readonly Projected<UserSelection, Asked>[]>> {
  return call(
    { name: "userService.getUsers", argument: GetUsers, repeats: "reads", answers: "data" },
    argument,
    options,
  );
}

/**
 * Look at somebody's page.
 *
 * For everyone.
 */
export function getUser(
  argument: Id,
  options?: CallOptions,
): Promise<Outcome<User>> {
  return call(
    { name: "userService.getUser", argument: Id, repeats: "reads", answers: "data" },
    argument,
    options,
  );
}
