window.backkSearch = [
 {
  "name": "tagService",
  "kind": "service",
  "at": "tagService.html",
  "text": "Keeps the words that describe sales items."
 },
 {
  "name": "tagService.deleteAllTags",
  "kind": "function",
  "at": "tagService.html#deleteAllTags",
  "text": "Delete every tag."
 },
 {
  "name": "tagService.createTag",
  "kind": "function",
  "at": "tagService.html#createTag",
  "text": "Make a tag."
 },
 {
  "name": "tagService.getTagsByName",
  "kind": "function",
  "at": "tagService.html#getTagsByName",
  "text": "Find the tags that have the given text in their names."
 },
 {
  "name": "salesItemService",
  "kind": "service",
  "at": "salesItemService.html",
  "text": "Sells second-hand things."
 },
 {
  "name": "salesItemService.deleteAllSalesItems",
  "kind": "function",
  "at": "salesItemService.html#deleteAllSalesItems",
  "text": "Delete every sales item."
 },
 {
  "name": "salesItemService.getSalesItems",
  "kind": "function",
  "at": "salesItemService.html#getSalesItems",
  "text": "Find what is for sale, the newest first."
 },
 {
  "name": "salesItemService.getSalesItemsByUserDefinedFilters",
  "kind": "function",
  "at": "salesItemService.html#getSalesItemsByUserDefinedFilters",
  "text": "Find sales items by conditions that the client writes."
 },
 {
  "name": "salesItemService.getFollowedUsersSalesItems",
  "kind": "function",
  "at": "salesItemService.html#getFollowedUsersSalesItems",
  "text": "List what those sell whom the caller follows, the latest change first."
 },
 {
  "name": "salesItemService.getSalesItem",
  "kind": "function",
  "at": "salesItemService.html#getSalesItem",
  "text": "Look at one thing."
 },
 {
  "name": "salesItemService.deleteSalesItem",
  "kind": "function",
  "at": "salesItemService.html#deleteSalesItem",
  "text": "Take a thing off the market."
 },
 {
  "name": "salesItemService.changeExpiredReservedSalesItemStatesToForSale",
  "kind": "function",
  "at": "salesItemService.html#changeExpiredReservedSalesItemStatesToForSale",
  "text": "Put up for sale again what was reserved for too long."
 },
 {
  "name": "salesItemService.deleteOldUnsoldSalesItemsDaily",
  "kind": "function",
  "at": "salesItemService.html#deleteOldUnsoldSalesItemsDaily",
  "text": "Delete what nobody bought for a long time."
 },
 {
  "name": "salesItemService.createSalesItem",
  "kind": "function",
  "at": "salesItemService.html#createSalesItem",
  "text": "Put a thing up for sale."
 },
 {
  "name": "salesItemService.updateSalesItem",
  "kind": "function",
  "at": "salesItemService.html#updateSalesItem",
  "text": "Change a thing that is still for sale; a new price remembers the old one, and is told to who follows it."
 },
 {
  "name": "salesItemService.followSalesItemPriceChange",
  "kind": "function",
  "at": "salesItemService.html#followSalesItemPriceChange",
  "text": "Let the caller hear of a thing's new prices."
 },
 {
  "name": "salesItemService.unfollowSalesItemPriceChange",
  "kind": "function",
  "at": "salesItemService.html#unfollowSalesItemPriceChange",
  "text": "Let the caller hear no more of a thing's new prices."
 },
 {
  "name": "salesItemService.toggleLikeSalesItem",
  "kind": "function",
  "at": "salesItemService.html#toggleLikeSalesItem",
  "text": "Like a thing, or take the like back."
 },
 {
  "name": "userAccountService",
  "kind": "service",
  "at": "userAccountService.html",
  "text": "Keeps the accounts of those who buy and sell: everybody has the say over their own."
 },
 {
  "name": "userAccountService.deleteAllUserAccounts",
  "kind": "function",
  "at": "userAccountService.html#deleteAllUserAccounts",
  "text": "Delete every account, and what goes with it."
 },
 {
  "name": "userAccountService.createUserAccount",
  "kind": "function",
  "at": "userAccountService.html#createUserAccount",
  "text": "Sign up."
 },
 {
  "name": "userAccountService.getUserAccount",
  "kind": "function",
  "at": "userAccountService.html#getUserAccount",
  "text": "Look at one's own account, with the favourites that are still for sale."
 },
 {
  "name": "userAccountService.updateUserAccount",
  "kind": "function",
  "at": "userAccountService.html#updateUserAccount",
  "text": "Change what is sent; of payment methods those that are sent, by their ids."
 },
 {
  "name": "userAccountService.deleteUserAccount",
  "kind": "function",
  "at": "userAccountService.html#deleteUserAccount",
  "text": "Leave the marketplace. Orders stay: others have bought and sold, too."
 },
 {
  "name": "userAccountService.getCities",
  "kind": "function",
  "at": "userAccountService.html#getCities",
  "text": "List the cities that users live in."
 },
 {
  "name": "userAccountService.followUser",
  "kind": "function",
  "at": "userAccountService.html#followUser",
  "text": "Follow somebody: they see who follows them."
 },
 {
  "name": "userAccountService.unfollowUser",
  "kind": "function",
  "at": "userAccountService.html#unfollowUser",
  "text": "Follow somebody no more."
 },
 {
  "name": "userAccountService.addToFavoriteSalesItems",
  "kind": "function",
  "at": "userAccountService.html#addToFavoriteSalesItems",
  "text": "Remember a thing, be it one's own."
 },
 {
  "name": "userAccountService.removeFromFavoriteSalesItems",
  "kind": "function",
  "at": "userAccountService.html#removeFromFavoriteSalesItems",
  "text": "Remember a thing no more."
 },
 {
  "name": "userService",
  "kind": "service",
  "at": "userService.html",
  "text": "Shows who buys and sells."
 },
 {
  "name": "userService.getUsers",
  "kind": "function",
  "at": "userService.html#getUsers",
  "text": "Find people by a part of their names."
 },
 {
  "name": "userService.getUser",
  "kind": "function",
  "at": "userService.html#getUser",
  "text": "Look at somebody's page."
 },
 {
  "name": "shoppingCartService",
  "kind": "service",
  "at": "shoppingCartService.html",
  "text": "Keeps what users are about to buy."
 },
 {
  "name": "shoppingCartService.deleteAllShoppingCarts",
  "kind": "function",
  "at": "shoppingCartService.html#deleteAllShoppingCarts",
  "text": "Delete every cart."
 },
 {
  "name": "shoppingCartService.getShoppingCart",
  "kind": "function",
  "at": "shoppingCartService.html#getShoppingCart",
  "text": "Look into the user's cart, which is made where there is none."
 },
 {
  "name": "shoppingCartService.addToShoppingCart",
  "kind": "function",
  "at": "shoppingCartService.html#addToShoppingCart",
  "text": "Reserve a thing for the user."
 },
 {
  "name": "shoppingCartService.removeFromShoppingCart",
  "kind": "function",
  "at": "shoppingCartService.html#removeFromShoppingCart",
  "text": "Put a thing up for sale again that the user has reserved."
 },
 {
  "name": "shoppingCartService.emptyShoppingCart",
  "kind": "function",
  "at": "shoppingCartService.html#emptyShoppingCart",
  "text": "Put everything up for sale again that the user has reserved."
 },
 {
  "name": "orderService",
  "kind": "service",
  "at": "orderService.html",
  "text": "Keeps what users bought."
 },
 {
  "name": "orderService.deleteAllOrders",
  "kind": "function",
  "at": "orderService.html#deleteAllOrders",
  "text": "Delete every order."
 },
 {
  "name": "orderService.getOrder",
  "kind": "function",
  "at": "orderService.html#getOrder",
  "text": "Look at an order."
 },
 {
  "name": "orderService.placeOrder",
  "kind": "function",
  "at": "orderService.html#placeOrder",
  "text": "Buy what is in the user's cart."
 },
 {
  "name": "orderService.discardUnpaidOrder",
  "kind": "function",
  "at": "orderService.html#discardUnpaidOrder",
  "text": "Undo an order whose payment was given up: its items are in the buyer's cart again."
 },
 {
  "name": "orderService.payOrder",
  "kind": "function",
  "at": "orderService.html#payOrder",
  "text": "Note that an order was paid: once."
 },
 {
  "name": "orderService.deleteUnpaidOrders",
  "kind": "function",
  "at": "orderService.html#deleteUnpaidOrders",
  "text": "Undo orders that were not paid in time: their items are for sale again."
 },
 {
  "name": "orderService.removeUndeliveredOrderItem",
  "kind": "function",
  "at": "orderService.html#removeUndeliveredOrderItem",
  "text": "Take back one item of a paid order that is not on its way yet."
 },
 {
  "name": "orderService.deleteUndeliveredPaidOrder",
  "kind": "function",
  "at": "orderService.html#deleteUndeliveredPaidOrder",
  "text": "Take back a paid order of which nothing is on its way yet."
 },
 {
  "name": "orderService.deliverOrderItem",
  "kind": "function",
  "at": "orderService.html#deliverOrderItem",
  "text": "Note that an order item is on its way."
 },
 {
  "name": "orderService.receiveOrderItem",
  "kind": "function",
  "at": "orderService.html#receiveOrderItem",
  "text": "Note that an order item has arrived."
 },
 {
  "name": "orderService.returnOrderItem",
  "kind": "function",
  "at": "orderService.html#returnOrderItem",
  "text": "Note that an order item is on its way back."
 },
 {
  "name": "orderService.receiveReturnedOrderItem",
  "kind": "function",
  "at": "orderService.html#receiveReturnedOrderItem",
  "text": "Note that an order item has come back: it is for sale again, and its buyer gets the money back."
 },
 {
  "name": "metadataService",
  "kind": "service",
  "at": "metadataService.html",
  "text": "Describes the API: to services of the cluster with what is for them only, to all others without."
 },
 {
  "name": "metadataService.getServicesMetadata",
  "kind": "function",
  "at": "metadataService.html#getServicesMetadata",
  "text": "Return services, functions, types, access modes, rules and errors, in the words of Backk."
 },
 {
  "name": "metadataService.getOpenApiSpec",
  "kind": "function",
  "at": "metadataService.html#getOpenApiSpec",
  "text": "Return this document: OpenAPI 3.1 as JSON."
 },
 {
  "name": "livenessCheckService",
  "kind": "service",
  "at": "livenessCheckService.html",
  "text": "Tells a cluster whether the process must be replaced."
 },
 {
  "name": "livenessCheckService.isMicroserviceAlive",
  "kind": "function",
  "at": "livenessCheckService.html#isMicroserviceAlive",
  "text": "Succeed unless a liveness check of the project fails; a database that is down is no reason to be replaced."
 },
 {
  "name": "readinessCheckService",
  "kind": "service",
  "at": "readinessCheckService.html",
  "text": "Tells a cluster whether to send calls."
 },
 {
  "name": "readinessCheckService.isMicroserviceReady",
  "kind": "function",
  "at": "readinessCheckService.html#isMicroserviceReady",
  "text": "Succeed where the database answers within a second, has all migrations, and the project's checks pass."
 },
 {
  "name": "startupCheckService",
  "kind": "service",
  "at": "startupCheckService.html",
  "text": "Tells a cluster when to begin with the other probes."
 },
 {
  "name": "startupCheckService.isMicroserviceStarted",
  "kind": "function",
  "at": "startupCheckService.html#isMicroserviceStarted",
  "text": "Succeed once all migrations were seen in the database, and where the project's checks pass."
 },
 {
  "name": "multipleServiceFunctionExecutionService",
  "kind": "service",
  "at": "multipleServiceFunctionExecutionService.html",
  "text": "Executes several calls that came in one request, each authorized, validated and limited as if it came alone."
 },
 {
  "name": "multipleServiceFunctionExecutionService.executeInParallelWithoutTransaction",
  "kind": "function",
  "at": "multipleServiceFunctionExecutionService.html#executeInParallelWithoutTransaction",
  "text": "Execute calls side by side, each in a transaction of its own."
 },
 {
  "name": "multipleServiceFunctionExecutionService.executeInSequenceWithoutTransaction",
  "kind": "function",
  "at": "multipleServiceFunctionExecutionService.html#executeInSequenceWithoutTransaction",
  "text": "Execute calls one after another, each in a transaction of its own; one that fails does not end the others."
 },
 {
  "name": "multipleServiceFunctionExecutionService.executeInParallelInsideTransaction",
  "kind": "function",
  "at": "multipleServiceFunctionExecutionService.html#executeInParallelInsideTransaction",
  "text": "Execute calls in one transaction; one that fails undoes all, whatever the others are answered."
 },
 {
  "name": "multipleServiceFunctionExecutionService.executeInSequenceInsideTransaction",
  "kind": "function",
  "at": "multipleServiceFunctionExecutionService.html#executeInSequenceInsideTransaction",
  "text": "Execute calls in one transaction, in order; one that fails undoes all, whatever the others are answered."
 },
 {
  "name": "City",
  "kind": "type",
  "at": "types.html#City",
  "text": "value"
 },
 {
  "name": "CreatedUserAccount",
  "kind": "type",
  "at": "types.html#CreatedUserAccount",
  "text": "_id commissionDiscountPercentage"
 },
 {
  "name": "CurrentPageToken",
  "kind": "type",
  "at": "types.html#CurrentPageToken",
  "text": "subEntityPath currentPageToken"
 },
 {
  "name": "DeliverOrderItemArgument",
  "kind": "type",
  "at": "types.html#DeliverOrderItemArgument",
  "text": "_id version orderItems"
 },
 {
  "name": "FavoriteSalesItemSelection",
  "kind": "type",
  "at": "types.html#FavoriteSalesItemSelection",
  "text": "_id title price previousPrice primaryImageDataUri"
 },
 {
  "name": "FollowedUserAccount",
  "kind": "type",
  "at": "types.html#FollowedUserAccount",
  "text": "_id displayName city imageDataUri ownSalesItems"
 },
 {
  "name": "FollowedUserAccountSelection",
  "kind": "type",
  "at": "types.html#FollowedUserAccountSelection",
  "text": "_id displayName city imageDataUri ownSalesItems"
 },
 {
  "name": "FollowedUserSalesItem",
  "kind": "type",
  "at": "types.html#FollowedUserSalesItem",
  "text": "_id title price previousPrice primaryImageDataUri userAccountId displayName"
 },
 {
  "name": "FollowingUserAccount",
  "kind": "type",
  "at": "types.html#FollowingUserAccount",
  "text": "_id displayName city imageDataUri"
 },
 {
  "name": "FollowingUserAccountSelection",
  "kind": "type",
  "at": "types.html#FollowingUserAccountSelection",
  "text": "_id displayName city imageDataUri"
 },
 {
  "name": "GetSalesItems",
  "kind": "type",
  "at": "types.html#GetSalesItems",
  "text": "includeResponseFields excludeResponseFields sortBys paginations currentPageTokens textFilter minPrice maxPrice areas productDepartments productCategories productSubCategories"
 },
 {
  "name": "GetSalesItemsByUserDefinedFilters",
  "kind": "type",
  "at": "types.html#GetSalesItemsByUserDefinedFilters",
  "text": "includeResponseFields excludeResponseFields sortBys paginations currentPageTokens filters"
 },
 {
  "name": "GetUserAccount",
  "kind": "type",
  "at": "types.html#GetUserAccount",
  "text": "includeResponseFields excludeResponseFields sortBys paginations currentPageTokens"
 },
 {
  "name": "GetUsers",
  "kind": "type",
  "at": "types.html#GetUsers",
  "text": "includeResponseFields excludeResponseFields sortBys paginations currentPageTokens displayNameFilter"
 },
 {
  "name": "Id",
  "kind": "type",
  "at": "types.html#Id",
  "text": "_id"
 },
 {
  "name": "IdAndFollowedUserAccountId",
  "kind": "type",
  "at": "types.html#IdAndFollowedUserAccountId",
  "text": "_id followedUserAccountId"
 },
 {
  "name": "IdAndSalesItemId",
  "kind": "type",
  "at": "types.html#IdAndSalesItemId",
  "text": "_id salesItemId"
 },
 {
  "name": "IdAndUserAccountId",
  "kind": "type",
  "at": "types.html#IdAndUserAccountId",
  "text": "_id userAccountId"
 },
 {
  "name": "OrFilter",
  "kind": "type",
  "at": "types.html#OrFilter",
  "text": "subEntityPath fieldName fieldFunction operator value"
 },
 {
  "name": "Order",
  "kind": "type",
  "at": "types.html#Order",
  "text": "_id version createdAtTimestamp lastModifiedTimestamp userAccountId paymentAmount paymentGateway transactionId transactionTimestamp orderItems"
 },
 {
  "name": "OrderItem",
  "kind": "type",
  "at": "types.html#OrderItem",
  "text": "id deliveryTimestamp state trackingUrl salesItems"
 },
 {
  "name": "OrderItemForDelivery",
  "kind": "type",
  "at": "types.html#OrderItemForDelivery",
  "text": "id deliveryTimestamp trackingUrl"
 },
 {
  "name": "OrderItemId",
  "kind": "type",
  "at": "types.html#OrderItemId",
  "text": "_id version orderItemId"
 },
 {
  "name": "OrderItemSelection",
  "kind": "type",
  "at": "types.html#OrderItemSelection",
  "text": "id deliveryTimestamp state trackingUrl salesItems"
 },
 {
  "name": "OrderSelection",
  "kind": "type",
  "at": "types.html#OrderSelection",
  "text": "_id version createdAtTimestamp lastModifiedTimestamp userAccountId paymentAmount paymentGateway transactionId transactionTimestamp orderItems"
 },
 {
  "name": "OwnSalesItem",
  "kind": "type",
  "at": "types.html#OwnSalesItem",
  "text": "_id createdAtTimestamp lastModifiedTimestamp title price previousPrice primaryImageDataUri primaryImageThumbnailDataUri state"
 },
 {
  "name": "OwnSalesItemCreate",
  "kind": "type",
  "at": "types.html#OwnSalesItemCreate",
  "text": "userAccountId title description area productDepartment productCategory productSubCategory price shippingCost primaryImageDataUri secondaryImageDataUris tags"
 },
 {
  "name": "OwnSalesItemSelection",
  "kind": "type",
  "at": "types.html#OwnSalesItemSelection",
  "text": "_id createdAtTimestamp lastModifiedTimestamp title price previousPrice primaryImageDataUri primaryImageThumbnailDataUri state"
 },
 {
  "name": "OwnUserAccountCreate",
  "kind": "type",
  "at": "types.html#OwnUserAccountCreate",
  "text": "subject displayName firstName lastName email streetAddress postalCode city phoneNumber imageDataUri captchaToken paymentMethods"
 },
 {
  "name": "Pagination",
  "kind": "type",
  "at": "types.html#Pagination",
  "text": "subEntityPath pageNumber pageSize"
 },
 {
  "name": "PayOrderArgument",
  "kind": "type",
  "at": "types.html#PayOrderArgument",
  "text": "_id paymentAmount paymentGateway transactionId transactionTimestamp"
 },
 {
  "name": "PaymentMethodCreate",
  "kind": "type",
  "at": "types.html#PaymentMethodCreate",
  "text": "id isDefault paymentMethodType creditCardNumber creditCardExpiration cardVerificationCode"
 },
 {
  "name": "PaymentMethodPart",
  "kind": "type",
  "at": "types.html#PaymentMethodPart",
  "text": "id isDefault paymentMethodType creditCardNumber creditCardExpiration cardVerificationCode"
 },
 {
  "name": "PaymentMethodSelection",
  "kind": "type",
  "at": "types.html#PaymentMethodSelection",
  "text": "id isDefault paymentMethodType creditCardNumber creditCardExpiration"
 },
 {
  "name": "PlaceOrderArgument",
  "kind": "type",
  "at": "types.html#PlaceOrderArgument",
  "text": "userAccountId paymentGateway shoppingCartId iAgreeWithTermsAndConditions uiRedirectUrl"
 },
 {
  "name": "RemoveOrderItemArgument",
  "kind": "type",
  "at": "types.html#RemoveOrderItemArgument",
  "text": "_id version orderItemId userAccountId"
 },
 {
  "name": "ReservationLimit",
  "kind": "type",
  "at": "types.html#ReservationLimit",
  "text": "maxSalesItemReservationDurationInMinutes"
 },
 {
  "name": "SalesItem",
  "kind": "type",
  "at": "types.html#SalesItem",
  "text": "_id version createdAtTimestamp lastModifiedTimestamp userAccountId title description area productDepartment productCategory productSubCategory price previousPrice shippingCost primaryImageDataUri secondaryImageDataUris primaryImageThumbnailDataUri likeCount state tags"
 },
 {
  "name": "SalesItemSelection",
  "kind": "type",
  "at": "types.html#SalesItemSelection",
  "text": "_id version createdAtTimestamp lastModifiedTimestamp userAccountId title description area productDepartment productCategory productSubCategory price previousPrice shippingCost primaryImageDataUri secondaryImageDataUris primaryImageThumbnailDataUri likeCount state tags"
 },
 {
  "name": "SalesItemUpdate",
  "kind": "type",
  "at": "types.html#SalesItemUpdate",
  "text": "_id version lastModifiedTimestamp userAccountId title description area productDepartment productCategory productSubCategory price shippingCost primaryImageDataUri secondaryImageDataUris tags"
 },
 {
  "name": "ServiceFunctionAnswer",
  "kind": "type",
  "at": "types.html#ServiceFunctionAnswer",
  "text": "statusCode response"
 },
 {
  "name": "ServiceFunctionAnswerMap",
  "kind": "type",
  "at": "types.html#ServiceFunctionAnswerMap",
  "text": "any name"
 },
 {
  "name": "ServiceFunctionCall",
  "kind": "type",
  "at": "types.html#ServiceFunctionCall",
  "text": "serviceFunctionName serviceFunctionArgument microserviceName microserviceNamespace idempotencyKey"
 },
 {
  "name": "ServiceFunctionCallMap",
  "kind": "type",
  "at": "types.html#ServiceFunctionCallMap",
  "text": "any name"
 },
 {
  "name": "ShoppingCart",
  "kind": "type",
  "at": "types.html#ShoppingCart",
  "text": "_id userAccountId salesItems"
 },
 {
  "name": "ShoppingCartOrOrderSalesItem",
  "kind": "type",
  "at": "types.html#ShoppingCartOrOrderSalesItem",
  "text": "_id title price shippingCost primaryImageThumbnailDataUri"
 },
 {
  "name": "ShoppingCartOrOrderSalesItemSelection",
  "kind": "type",
  "at": "types.html#ShoppingCartOrOrderSalesItemSelection",
  "text": "_id title price shippingCost primaryImageThumbnailDataUri"
 },
 {
  "name": "SortBy",
  "kind": "type",
  "at": "types.html#SortBy",
  "text": "subEntityPath sortExpression fieldName sortDirection"
 },
 {
  "name": "Tag",
  "kind": "type",
  "at": "types.html#Tag",
  "text": "_id name"
 },
 {
  "name": "TagCreate",
  "kind": "type",
  "at": "types.html#TagCreate",
  "text": "name"
 },
 {
  "name": "TagName",
  "kind": "type",
  "at": "types.html#TagName",
  "text": "name"
 },
 {
  "name": "TagSelection",
  "kind": "type",
  "at": "types.html#TagSelection",
  "text": "_id name"
 },
 {
  "name": "TagUpdate",
  "kind": "type",
  "at": "types.html#TagUpdate",
  "text": "_id name"
 },
 {
  "name": "UnpaidLimit",
  "kind": "type",
  "at": "types.html#UnpaidLimit",
  "text": "unpaidOrderTimeToLiveInMinutes"
 },
 {
  "name": "UnsoldLimit",
  "kind": "type",
  "at": "types.html#UnsoldLimit",
  "text": "deletableUnsoldSalesItemMinAgeInMonths"
 },
 {
  "name": "User",
  "kind": "type",
  "at": "types.html#User",
  "text": "_id displayName city imageDataUri ownSalesItems followedUserAccounts followingUserAccounts"
 },
 {
  "name": "UserAccountId",
  "kind": "type",
  "at": "types.html#UserAccountId",
  "text": "userAccountId"
 },
 {
  "name": "UserAccountIdAndSalesItemId",
  "kind": "type",
  "at": "types.html#UserAccountIdAndSalesItemId",
  "text": "userAccountId salesItemId"
 },
 {
  "name": "UserAccountSelection",
  "kind": "type",
  "at": "types.html#UserAccountSelection",
  "text": "_id displayName firstName lastName email streetAddress postalCode city phoneNumber commissionDiscountPercentage imageDataUri paymentMethods favoriteSalesItems ownSalesItems orders followedUserAccounts followingUserAccounts"
 },
 {
  "name": "UserAccountUpdate",
  "kind": "type",
  "at": "types.html#UserAccountUpdate",
  "text": "_id displayName firstName lastName email streetAddress postalCode city phoneNumber imageDataUri paymentMethods"
 },
 {
  "name": "UserDefinedFilter",
  "kind": "type",
  "at": "types.html#UserDefinedFilter",
  "text": "subEntityPath fieldName fieldFunction operator value orFilters"
 },
 {
  "name": "UserSelection",
  "kind": "type",
  "at": "types.html#UserSelection",
  "text": "_id displayName city imageDataUri ownSalesItems followedUserAccounts followingUserAccounts"
 }
];
