/**
 * Sells second-hand things.
 *
 * Errors of its own: salesItemService.1: Maximum sales item count exceeded. Maximum 100 active sales items
 * allowed; salesItemService.2: Sales item update failed, because sales item state was not 'for sale';
 * salesItemService.3: Invalid sales item state
 */

import { call, type CallOptions, type Outcome, type Projected } from "./backk.js";
import {
  GetSalesItems,
  GetSalesItemsByUserDefinedFilters,
  Id,
  IdAndUserAccountId,
  OwnSalesItemCreate,
  ReservationLimit,
  SalesItemUpdate,
  UnsoldLimit,
  UserAccountId,
  type FollowedUserSalesItem,
  type SalesItem,
  type SalesItemSelection,
} from "./types.js";

/**
 * Delete every sales item.
 *
 * For users with the role vitjaAdmin or tests.
 */
export function deleteAllSalesItems(
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "salesItemService.deleteAllSalesItems", repeats: "once", answers: "nothing" },
    {},
    options,
  );
}

/**
 * Find what is for sale, the newest first.
 *
 * For everyone.
 */
export function getSalesItems<const Asked extends GetSalesItems = object>(
  argument?: Asked,
  options?: CallOptions,
): Promise<Outcome<readonly (Projected<SalesItemSelection, Asked> & { readonly _count?: number })[]>> {
  return call(
    { name: "salesItemService.getSalesItems", argument: GetSalesItems, repeats: "reads", answers: "data" },
    argument,
    options,
  );
}

/**
 * Find sales items by conditions that the client writes.
 *
 * For everyone.
 */
export function getSalesItemsByUserDefinedFilters<const Asked extends GetSalesItemsByUserDefinedFilters = object>(
  argument?: Asked,
  options?: CallOptions,
): Promise<Outcome<readonly Projected<SalesItemSelection, Asked>[]>> {
  return call(
    { name: "salesItemService.getSalesItemsByUserDefinedFilters", argument: GetSalesItemsByUserDefinedFilters, repeats: "reads", answers: "data" },
    argument,
    options,
  );
}

/**
 * List what those sell whom the caller follows, the latest change first.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function getFollowedUsersSalesItems(
  argument: UserAccountId,
  options?: CallOptions,
): Promise<Outcome<readonly FollowedUserSalesItem[]>> {
  return call(
    { name: "salesItemService.getFollowedUsersSalesItems", argument: UserAccountId, repeats: "reads", answers: "data" },
    argument,
    options,
  );
}

/**
 * Look at one thing.
 *
 * For everyone.
 */
export function getSalesItem(
  argument: Id,
  options?: CallOptions,
): Promise<Outcome<SalesItem>> {
  return call(
    { name: "salesItemService.getSalesItem", argument: Id, repeats: "reads", answers: "data" },
    argument,
    options,
  );
}

/**
 * Take a thing off the market.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function deleteSalesItem(
  argument: Id,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "salesItemService.deleteSalesItem", argument: Id, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Put up for sale again what was reserved for too long.
 *
 * For users with the role vitjaAdmin.
 */
export function changeExpiredReservedSalesItemStatesToForSale(
  argument?: ReservationLimit,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "salesItemService.changeExpiredReservedSalesItemStatesToForSale", argument: ReservationLimit, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Delete what nobody bought for a long time.
 *
 * For users with the role vitjaAdmin.
 */
export function deleteOldUnsoldSalesItemsDaily(
  argument?: UnsoldLimit,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "salesItemService.deleteOldUnsoldSalesItemsDaily", argument: UnsoldLimit, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Put a thing up for sale.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function createSalesItem(
  argument: OwnSalesItemCreate,
  options?: CallOptions,
): Promise<Outcome<SalesItem>> {
  return call(
    { name: "salesItemService.createSalesItem", argument: OwnSalesItemCreate, repeats: "once", answers: "data" },
    argument,
    options,
  );
}

/**
 * Change a thing that is still for sale; a new price remembers the old one, and is told to who follows it.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function updateSalesItem(
  argument: SalesItemUpdate,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "salesItemService.updateSalesItem", argument: SalesItemUpdate, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Let the caller hear of a thing's new prices.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function followSalesItemPriceChange(
  argument: IdAndUserAccountId,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "salesItemService.followSalesItemPriceChange", argument: IdAndUserAccountId, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Let the caller hear no more of a thing's new prices.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function unfollowSalesItemPriceChange(
  argument: IdAndUserAccountId,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "salesItemService.unfollowSalesItemPriceChange", argument: IdAndUserAccountId, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Like a thing, or take the like back.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function toggleLikeSalesItem(
  argument: IdAndUserAccountId,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "salesItemService.toggleLikeSalesItem", argument: IdAndUserAccountId, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}
