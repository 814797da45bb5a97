/**
 * Keeps what users bought.
 *
 * Errors of its own: orderService.1: Cannot remove delivered order item; orderService.2: Cannot update order
 * item state due to invalid current state; orderService.3: Deleting order is not allowed when some or all of
 * order items have been delivered; orderService.4: Order already paid; orderService.5: Cannot deliver order item
 * which is already delivered; orderService.6: Cannot update order which is not paid; orderService.7: Cannot
 * place order because shopping cart is empty; orderService.8: Terms and conditions were not agreed with
 */

import { call, type CallOptions, type Outcome } from "./backk.js";
import {
  DeliverOrderItemArgument,
  Id,
  OrderItemId,
  PayOrderArgument,
  PlaceOrderArgument,
  RemoveOrderItemArgument,
  UnpaidLimit,
  type Order,
} from "./types.js";

/**
 * Delete every order.
 *
 * For users with the role vitjaAdmin or tests.
 */
export function deleteAllOrders(
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "orderService.deleteAllOrders", repeats: "once", answers: "nothing" },
    {},
    options,
  );
}

/**
 * Look at an order.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function getOrder(
  argument: Id,
  options?: CallOptions,
): Promise<Outcome<Order>> {
  return call(
    { name: "orderService.getOrder", argument: Id, repeats: "reads", answers: "data" },
    argument,
    options,
  );
}

/**
 * Buy what is in the user's cart.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function placeOrder(
  argument: PlaceOrderArgument,
  options?: CallOptions,
): Promise<Outcome<Order>> {
  return call(
    { name: "orderService.placeOrder", argument: PlaceOrderArgument, repeats: "once", answers: "data" },
    argument,
    options,
  );
}

/**
 * Undo an order whose payment was given up: its items are in the buyer's cart again.
 *
 * For users with the role vitjaAdmin or users with the role vitjaPaymentGateway.
 */
export function discardUnpaidOrder(
  argument: Id,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "orderService.discardUnpaidOrder", argument: Id, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Note that an order was paid: once.
 *
 * For users with the role vitjaAdmin or users with the role vitjaPaymentGateway.
 */
export function payOrder(
  argument: PayOrderArgument,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "orderService.payOrder", argument: PayOrderArgument, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Undo orders that were not paid in time: their items are for sale again.
 *
 * For users with the role vitjaAdmin.
 */
export function deleteUnpaidOrders(
  argument?: UnpaidLimit,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "orderService.deleteUnpaidOrders", argument: UnpaidLimit, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Take back one item of a paid order that is not on its way yet.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function removeUndeliveredOrderItem(
  argument: RemoveOrderItemArgument,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "orderService.removeUndeliveredOrderItem", argument: RemoveOrderItemArgument, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Take back a paid order of which nothing is on its way yet.
 *
 * For users with the role vitjaAdmin or users, on what is their own.
 */
export function deleteUndeliveredPaidOrder(
  argument: Id,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "orderService.deleteUndeliveredPaidOrder", argument: Id, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Note that an order item is on its way.
 *
 * For users with the role vitjaAdmin or users with the role vitjaLogisticsPartner.
 */
export function deliverOrderItem(
  argument: DeliverOrderItemArgument,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "orderService.deliverOrderItem", argument: DeliverOrderItemArgument, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Note that an order item has arrived.
 *
 * For users with the role vitjaAdmin or users with the role vitjaLogisticsPartner.
 */
export function receiveOrderItem(
  argument: OrderItemId,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "orderService.receiveOrderItem", argument: OrderItemId, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Note that an order item is on its way back.
 *
 * For users with the role vitjaAdmin or users with the role vitjaLogisticsPartner.
 */
export function returnOrderItem(
  argument: OrderItemId,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "orderService.returnOrderItem", argument: OrderItemId, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}

/**
 * Note that an order item has come back: it is for sale again, and its buyer gets the money back.
 *
 * For users with the role vitjaAdmin or users with the role vitjaLogisticsPartner.
 */
export function receiveReturnedOrderItem(
  argument: OrderItemId,
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "orderService.receiveReturnedOrderItem", argument: OrderItemId, repeats: "once", answers: "nothing" },
    argument,
    options,
  );
}
