/**
 * Keeps what users are about to buy.
 *
 * Errors of its own: shoppingCartService.1: Sales item is already in shopping cart, reserved in another user's
 * shopping cart or sold
 */

import { call, type CallOptions, type Outcome } from "./backk.js";
import { UserAccountId, UserAccountIdAndSalesItemId, type ShoppingCart } from "./types.js";

/**
 * Delete every cart.
 *
 * For users with the role vitjaAdmin or tests.
 */
export function deleteAllShoppingCarts(
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "shoppingCartService.deleteAllShoppingCarts", repeats: "once", answers: "nothing" },
    {},
    options,
  );
}

/**
 * Look into the user's cart, which is made where there is none.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function getShoppingCart(
  argument: UserAccountId,
  options?: CallOptions,
): Promise<Outcome<ShoppingCart>> {
  return call(
    { name: "shoppingCartService.getShoppingCart", argument: UserAccountId, repeats: "reads", answers: "data" },
    argument,
    options,
  );
}

/**
 * Reserve a thing for the user.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function addToShoppingCart(
  argument: UserAccountIdAndSalesItemId,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "shoppingCartService.addToShoppingCart", argument: UserAccountIdAndSalesItemId, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Put a thing up for sale again that the user has reserved.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function removeFromShoppingCart(
  argument: UserAccountIdAndSalesItemId,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "shoppingCartService.removeFromShoppingCart", argument: UserAccountIdAndSalesItemId, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Put everything up for sale again that the user has reserved.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function emptyShoppingCart(
  argument: UserAccountId,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "shoppingCartService.emptyShoppingCart", argument: UserAccountId, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}
