/** Keeps the accounts of those who buy and sell: everybody has the say over their own. */

import { call, type CallOptions, type Outcome, type Projected } from "./backk.js";
import {
  GetUserAccount,
  Id,
  IdAndFollowedUserAccountId,
  IdAndSalesItemId,
  OwnUserAccountCreate,
  UserAccountUpdate,
  type City,
  type CreatedUserAccount,
  type UserAccountSelection,
} from "./types.js";

/**
 * Delete every account, and what goes with it.
 *
 * For users with the role vitjaAdmin or tests.
 */
export function deleteAllUserAccounts(
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "userAccountService.deleteAllUserAccounts", repeats: "once", answers: "nothing" },
    {},
    options,
  );
}

/**
 * Sign up.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function createUserAccount(
  argument: OwnUserAccountCreate,
  options?: CallOptions,
): Promise<Outcome<CreatedUserAccount>> {
  return call(
    { name: "userAccountService.createUserAccount", argument: OwnUserAccountCreate, repeats: "once", answers: "data" },
    argument,
    options,
  );
}

/**
 * Look at one's own account, with the favourites that are still for sale.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function getUserAccount<const Asked extends GetUserAccount = object>(
  argument?: Asked,
  options?: CallOptions,
): Promise<Outcome<Projected<UserAccountSelection, Asked>>> {
  return call(
    { name: "userAccountService.getUserAccount", argument: GetUserAccount, repeats: "reads", answers: "data" },
    argument,
    options,
  );
}

/**
 * Change what is sent; of payment methods those that are sent, by their ids.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function updateUserAccount(
  argument: UserAccountUpdate,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "userAccountService.updateUserAccount", argument: UserAccountUpdate, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Leave the marketplace. Orders stay: others have bought and sold, too.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function deleteUserAccount(
  argument: Id,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "userAccountService.deleteUserAccount", argument: Id, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * List the cities that users live in.
 *
 * For everyone.
 */
export function getCities(
  options?: CallOptions,
): Promise<Outcome<readonly City[]>> {
  return call(
    { name: "userAccountService.getCities", repeats: "reads", answers: "data" },
    {},
    options,
  );
}

/**
 * Follow somebody: they see who follows them.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function followUser(
  argument: IdAndFollowedUserAccountId,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "userAccountService.followUser", argument: IdAndFollowedUserAccountId, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Follow somebody no more.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function unfollowUser(
  argument: IdAndFollowedUserAccountId,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "userAccountService.unfollowUser", argument: IdAndFollowedUserAccountId, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Remember a thing, be it one's own.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function addToFavoriteSalesItems(
  argument: IdAndSalesItemId,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "userAccountService.addToFavoriteSalesItems", argument: IdAndSalesItemId, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Remember a thing no more.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function removeFromFavoriteSalesItems(
  argument: IdAndSalesItemId,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "userAccountService.removeFromFavoriteSalesItems", argument: IdAndSalesItemId, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}
