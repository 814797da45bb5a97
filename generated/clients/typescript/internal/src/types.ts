/** What travels: the types of arguments and answers, and what is known of their properties. */

import {
  arrayMaxSize,
  arrayMinSize,
  arrayNotUnique,
  arrayUnique,
  isAlphanumeric,
  isAnyString,
  isAscii,
  isCardVerificationCode,
  isCreditCard,
  isCreditCardExpiration,
  isDataUri,
  isEmail,
  isSubject,
  isUrl,
  length,
  matches,
  maxLength,
  minLength,
  minMax,
} from "./rules.js";
import { type ObjectType, objectType } from "./schema.js";

/** A word that describes sales items. */
export interface Tag {
  readonly _id: string;
  readonly name: string;
}

/** A word that describes sales items. */
export interface TagCreate {
  readonly name: string;
}

export const TagCreate: ObjectType<keyof TagCreate & string> = /* @__PURE__ */ objectType("TagCreate", () => ({
  name: { kind: "string", required: true, rules: [isAnyString(), maxLength(64)] },
}), { elsewhere: ["_id"] });

/** A name, or a part of one. */
export interface TagName {
  readonly name: string;
}

export const TagName: ObjectType<keyof TagName & string> = /* @__PURE__ */ objectType("TagName", () => ({
  name: { kind: "string", required: true, rules: [isAnyString(), maxLength(64)] },
}));

/** A second-hand thing that is for sale, reserved or sold. */
export interface SalesItemSelection {
  readonly _id?: string;
  readonly version?: number;
  readonly createdAtTimestamp?: string;
  readonly lastModifiedTimestamp?: string;
  readonly userAccountId?: string;
  readonly title?: string;
  readonly description?: string;
  readonly area?: "Area1" | "Area2" | "Area3";
  readonly productDepartment?: "Vehicles" | "Clothes";
  readonly productCategory?: "Vehicles" | "Clothes";
  readonly productSubCategory?: "Vehicles" | "Clothes";
  readonly price?: number;
  readonly previousPrice?: number | null;
  readonly shippingCost?: number;
  readonly primaryImageDataUri?: string;
  readonly secondaryImageDataUris?: readonly string[];
  readonly primaryImageThumbnailDataUri?: string;
  readonly likeCount?: number;
  readonly state?: "forSale" | "reserved" | "sold";
  readonly tags?: readonly TagSelection[];
}

/** A word that describes sales items. */
export interface TagSelection {
  readonly _id?: string;
  readonly name?: string;
}

/** Which sales items are wanted: an empty list means any. */
export interface GetSalesItems {
  readonly includeResponseFields?: readonly string[];
  readonly excludeResponseFields?: readonly string[];
  readonly sortBys?: readonly SortBy[];
  readonly paginations?: readonly Pagination[];
  readonly currentPageTokens?: readonly CurrentPageToken[];
  readonly textFilter?: string;
  readonly minPrice?: number;
  readonly maxPrice?: number;
  readonly areas?: readonly ("Area1" | "Area2" | "Area3")[];
  readonly productDepartments?: readonly ("Vehicles" | "Clothes")[];
  readonly productCategories?: readonly ("Vehicles" | "Clothes")[];
  readonly productSubCategories?: readonly ("Vehicles" | "Clothes")[];
}

export const GetSalesItems: ObjectType<keyof GetSalesItems & string> = /* @__PURE__ */ objectType("GetSalesItems", () => ({
  includeResponseFields: { kind: "array", rules: [arrayMaxSize(500), arrayUnique()], element: { kind: "string", rules: [minLength(1), maxLength(65536), isAnyString()] } },
  excludeResponseFields: { kind: "array", rules: [arrayMaxSize(500), arrayUnique()], element: { kind: "string", rules: [minLength(1), maxLength(65536), isAnyString()] } },
  sortBys: { kind: "array", rules: [arrayMaxSize(25), arrayNotUnique()], element: { kind: "object", type: () => SortBy } },
  paginations: { kind: "array", rules: [arrayMaxSize(100), arrayNotUnique()], element: { kind: "object", type: () => Pagination } },
  currentPageTokens: { kind: "array", rules: [arrayMaxSize(100), arrayNotUnique()], element: { kind: "object", type: () => CurrentPageToken } },
  textFilter: { kind: "string", rules: [maxLength(512), isAnyString()] },
  minPrice: { kind: "number", rules: [minMax(0, 1000000000)] },
  maxPrice: { kind: "number", rules: [minMax(0, 1000000000)] },
  areas: { kind: "array", rules: [arrayMaxSize(10), arrayUnique()], element: { kind: "string", choices: ["Area1", "Area2", "Area3"] } },
  productDepartments: { kind: "array", rules: [arrayMaxSize(10), arrayUnique()], element: { kind: "string", choices: ["Vehicles", "Clothes"] } },
  productCategories: { kind: "array", rules: [arrayMaxSize(10), arrayUnique()], element: { kind: "string", choices: ["Vehicles", "Clothes"] } },
  productSubCategories: { kind: "array", rules: [arrayMaxSize(10), arrayUnique()], element: { kind: "string", choices: ["Vehicles", "Clothes"] } },
}));

/** One step of an order: a field of the root (path ``""``), of a sub-entity, or of every path (``"*"``). */
export interface SortBy {
  readonly subEntityPath?: string;
  readonly sortExpression?: string;
  readonly fieldName: string;
  readonly sortDirection?: "ASC" | "DESC";
}

export const SortBy: ObjectType<keyof SortBy & string> = /* @__PURE__ */ objectType("SortBy", () => ({
  subEntityPath: { kind: "string", rules: [maxLength(2048), matches("/^([a-zA-Z_][a-zA-Z0-9_.]*|\\*|)$/", new RegExp("^([a-zA-Z_][a-zA-Z0-9_.]*|\\*|)$", "u"))] },
  sortExpression: { kind: "string", rules: [maxLength(0)] },
  fieldName: { kind: "string", required: true, rules: [minLength(1), maxLength(512), matches("/^[a-zA-Z_][a-zA-Z0-9_.]*$/", new RegExp("^[a-zA-Z_][a-zA-Z0-9_.]*$", "u"))] },
  sortDirection: { kind: "string", choices: ["ASC", "DESC"] },
}));

/** Which page of a path's rows is wanted; pages are numbered from 1. */
export interface Pagination {
  readonly subEntityPath?: string;
  readonly pageNumber?: number;
  readonly pageSize?: number;
}

export const Pagination: ObjectType<keyof Pagination & string> = /* @__PURE__ */ objectType("Pagination", () => ({
  subEntityPath: { kind: "string", rules: [maxLength(2048), matches("/^([a-zA-Z_][a-zA-Z0-9_.]*|\\*|)$/", new RegExp("^([a-zA-Z_][a-zA-Z0-9_.]*|\\*|)$", "u"))] },
  pageNumber: { kind: "integer", rules: [minMax(1, 100)] },
  pageSize: { kind: "integer", rules: [minMax(1, 100)] },
}));

/** The signed token of the page that the caller has now. */
export interface CurrentPageToken {
  readonly subEntityPath?: string;
  readonly currentPageToken: string;
}

export const CurrentPageToken: ObjectType<keyof CurrentPageToken & string> = /* @__PURE__ */ objectType("CurrentPageToken", () => ({
  subEntityPath: { kind: "string", rules: [maxLength(2048), matches("/^([a-zA-Z_][a-zA-Z0-9_.]*|\\*|)$/", new RegExp("^([a-zA-Z_][a-zA-Z0-9_.]*|\\*|)$", "u"))] },
  currentPageToken: { kind: "string", required: true, rules: [maxLength(4096), isAlphanumeric()] },
}));

/** Conditions that the client writes itself. */
export interface GetSalesItemsByUserDefinedFilters {
  readonly includeResponseFields?: readonly string[];
  readonly excludeResponseFields?: readonly string[];
  readonly sortBys?: readonly SortBy[];
  readonly paginations?: readonly Pagination[];
  readonly currentPageTokens?: readonly CurrentPageToken[];
  readonly filters?: readonly UserDefinedFilter[];
}

export const GetSalesItemsByUserDefinedFilters: ObjectType<keyof GetSalesItemsByUserDefinedFilters & string> = /* @__PURE__ */ objectType("GetSalesItemsByUserDefinedFilters", () => ({
  includeResponseFields: { kind: "array", rules: [arrayMaxSize(500), arrayUnique()], element: { kind: "string", rules: [minLength(1), maxLength(65536), isAnyString()] } },
  excludeResponseFields: { kind: "array", rules: [arrayMaxSize(500), arrayUnique()], element: { kind: "string", rules: [minLength(1), maxLength(65536), isAnyString()] } },
  sortBys: { kind: "array", rules: [arrayMaxSize(25), arrayNotUnique()], element: { kind: "object", type: () => SortBy } },
  paginations: { kind: "array", rules: [arrayMaxSize(100), arrayNotUnique()], element: { kind: "object", type: () => Pagination } },
  currentPageTokens: { kind: "array", rules: [arrayMaxSize(100), arrayNotUnique()], element: { kind: "object", type: () => CurrentPageToken } },
  filters: { kind: "array", rules: [arrayMaxSize(10), arrayNotUnique()], element: { kind: "object", type: () => UserDefinedFilter } },
}));

/** A condition that the client wrote: a field or a function of it, an operator, and a value typed by the field. */
export interface UserDefinedFilter {
  readonly subEntityPath?: string;
  readonly fieldName?: string;
  readonly fieldFunction?: "ABS" | "CEILING" | "FLOOR" | "ROUND" | "LENGTH" | "LOWER" | "LTRIM" | "RTRIM" | "TRIM" | "UPPER" | "DAY" | "HOUR" | "MINUTE" | "MONTH" | "QUARTER" | "SECOND" | "WEEK" | "WEEKDAY" | "YEAR" | null;
  readonly operator: "=" | "!=" | ">" | "<" | ">=" | "<=" | "IN" | "NOT IN" | "LIKE" | "NOT LIKE" | "IS NULL" | "IS NOT NULL" | "OR";
  readonly value?: unknown;
  readonly orFilters?: readonly OrFilter[] | null;
}

export const UserDefinedFilter: ObjectType<keyof UserDefinedFilter & string> = /* @__PURE__ */ objectType("UserDefinedFilter", () => ({
  subEntityPath: { kind: "string", rules: [maxLength(2048), matches("/^([a-zA-Z_][a-zA-Z0-9_.]*|\\*|)$/", new RegExp("^([a-zA-Z_][a-zA-Z0-9_.]*|\\*|)$", "u"))] },
  fieldName: { kind: "string", rules: [maxLength(512), matches("/^([a-zA-Z_][a-zA-Z0-9_.]*)?$/", new RegExp("^([a-zA-Z_][a-zA-Z0-9_.]*)?$", "u"))] },
  fieldFunction: { kind: "string", nullable: true, choices: ["ABS", "CEILING", "FLOOR", "ROUND", "LENGTH", "LOWER", "LTRIM", "RTRIM", "TRIM", "UPPER", "DAY", "HOUR", "MINUTE", "MONTH", "QUARTER", "SECOND", "WEEK", "WEEKDAY", "YEAR"] },
  operator: { kind: "string", required: true, choices: ["=", "!=", ">", "<", ">=", "<=", "IN", "NOT IN", "LIKE", "NOT LIKE", "IS NULL", "IS NOT NULL", "OR"] },
  value: { kind: "any" },
  orFilters: { kind: "array", nullable: true, rules: [arrayMinSize(2), arrayMaxSize(10), arrayNotUnique()], element: { kind: "object", type: () => OrFilter } },
}));

/** One alternative of a client's ``OR`` filter. */
export interface OrFilter {
  readonly subEntityPath?: string;
  readonly fieldName: string;
  readonly fieldFunction?: "ABS" | "CEILING" | "FLOOR" | "ROUND" | "LENGTH" | "LOWER" | "LTRIM" | "RTRIM" | "TRIM" | "UPPER" | "DAY" | "HOUR" | "MINUTE" | "MONTH" | "QUARTER" | "SECOND" | "WEEK" | "WEEKDAY" | "YEAR" | null;
  readonly operator: "=" | "!=" | ">" | "<" | ">=" | "<=" | "IN" | "NOT IN" | "LIKE" | "NOT LIKE" | "IS NULL" | "IS NOT NULL" | "OR";
  readonly value?: unknown;
}

export const OrFilter: ObjectType<keyof OrFilter & string> = /* @__PURE__ */ objectType("OrFilter", () => ({
  subEntityPath: { kind: "string", rules: [maxLength(2048), matches("/^([a-zA-Z_][a-zA-Z0-9_.]*|\\*|)$/", new RegExp("^([a-zA-Z_][a-zA-Z0-9_.]*|\\*|)$", "u"))] },
  fieldName: { kind: "string", required: true, rules: [minLength(1), maxLength(512), matches("/^[a-zA-Z_][a-zA-Z0-9_.]*$/", new RegExp("^[a-zA-Z_][a-zA-Z0-9_.]*$", "u"))] },
  fieldFunction: { kind: "string", nullable: true, choices: ["ABS", "CEILING", "FLOOR", "ROUND", "LENGTH", "LOWER", "LTRIM", "RTRIM", "TRIM", "UPPER", "DAY", "HOUR", "MINUTE", "MONTH", "QUARTER", "SECOND", "WEEK", "WEEKDAY", "YEAR"] },
  operator: { kind: "string", required: true, choices: ["=", "!=", ">", "<", ">=", "<=", "IN", "NOT IN", "LIKE", "NOT LIKE", "IS NULL", "IS NOT NULL", "OR"] },
  value: { kind: "any" },
}));

/** What somebody whom the caller follows sells. */
export interface FollowedUserSalesItem {
  readonly _id: string;
  readonly title: string;
  readonly price: number;
  readonly previousPrice: number | null;
  readonly primaryImageDataUri: string;
  readonly userAccountId: string;
  readonly displayName: string;
}

/** Names a user. */
export interface UserAccountId {
  readonly userAccountId: string;
}

export const UserAccountId: ObjectType<keyof UserAccountId & string> = /* @__PURE__ */ objectType("UserAccountId", () => ({
  userAccountId: { kind: "id", required: true },
}));

/** A second-hand thing that is for sale, reserved or sold. */
export interface SalesItem {
  readonly _id: string;
  readonly version: number;
  readonly createdAtTimestamp: string;
  readonly lastModifiedTimestamp: string;
  readonly userAccountId: string;
  readonly title: string;
  readonly description: string;
  readonly area: "Area1" | "Area2" | "Area3";
  readonly productDepartment: "Vehicles" | "Clothes";
  readonly productCategory: "Vehicles" | "Clothes";
  readonly productSubCategory: "Vehicles" | "Clothes";
  readonly price: number;
  readonly previousPrice: number | null;
  readonly shippingCost: number;
  readonly primaryImageDataUri: string;
  readonly secondaryImageDataUris: readonly string[];
  readonly primaryImageThumbnailDataUri: string;
  readonly likeCount: number;
  readonly state: "forSale" | "reserved" | "sold";
  readonly tags: readonly Tag[];
}

/** Names one entity. */
export interface Id {
  readonly _id: string;
}

export const Id: ObjectType<keyof Id & string> = /* @__PURE__ */ objectType("Id", () => ({
  _id: { kind: "id", required: true },
}));

/** How long a sales item may be reserved. */
export interface ReservationLimit {
  readonly maxSalesItemReservationDurationInMinutes?: number;
}

export const ReservationLimit: ObjectType<keyof ReservationLimit & string> = /* @__PURE__ */ objectType("ReservationLimit", () => ({
  maxSalesItemReservationDurationInMinutes: { kind: "integer", rules: [minMax(-1, 15)] },
}));

/** How long a sales item may be for sale. */
export interface UnsoldLimit {
  readonly deletableUnsoldSalesItemMinAgeInMonths?: number;
}

export const UnsoldLimit: ObjectType<keyof UnsoldLimit & string> = /* @__PURE__ */ objectType("UnsoldLimit", () => ({
  deletableUnsoldSalesItemMinAgeInMonths: { kind: "integer", rules: [minMax(-1, 12)] },
}));

/** A second-hand thing that is for sale, reserved or sold. */
export interface OwnSalesItemCreate {
  readonly userAccountId?: string;
  readonly title: string;
  readonly description: string;
  readonly area: "Area1" | "Area2" | "Area3";
  readonly productDepartment: "Vehicles" | "Clothes";
  readonly productCategory: "Vehicles" | "Clothes";
  readonly productSubCategory: "Vehicles" | "Clothes";
  readonly price: number;
  readonly shippingCost: number;
  readonly primaryImageDataUri: string;
  readonly secondaryImageDataUris?: readonly string[];
  readonly tags?: readonly TagUpdate[];
}

export const OwnSalesItemCreate: ObjectType<keyof OwnSalesItemCreate & string> = /* @__PURE__ */ objectType("OwnSalesItemCreate", () => ({
  userAccountId: { kind: "id" },
  title: { kind: "string", required: true, rules: [isAnyString(), maxLength(64)], ui: {"label": "Title", "order": 1} },
  description: { kind: "string", required: true, rules: [isAnyString(), maxLength(1024)], ui: {"label": "Description", "widget": "textarea", "order": 2} },
  area: { kind: "string", required: true, choices: ["Area1", "Area2", "Area3"] },
  productDepartment: { kind: "string", required: true, choices: ["Vehicles", "Clothes"] },
  productCategory: { kind: "string", required: true, choices: ["Vehicles", "Clothes"] },
  productSubCategory: { kind: "string", required: true, choices: ["Vehicles", "Clothes"] },
  price: { kind: "number", required: true, rules: [minMax(0, 1000000000)], ui: {"label": "Price (€)", "order": 3} },
  shippingCost: { kind: "number", required: true, rules: [minMax(0, 1000000000)] },
  primaryImageDataUri: { kind: "string", required: true, rules: [isDataUri(), maxLength(10485760)] },
  secondaryImageDataUris: { kind: "array", rules: [arrayMaxSize(10)], element: { kind: "string", rules: [isDataUri(), maxLength(10485760)] } },
  tags: { kind: "array", rules: [arrayMaxSize(25)], element: { kind: "object", type: () => TagUpdate } },
}), { elsewhere: ["_id", "version", "createdAtTimestamp", "lastModifiedTimestamp", "previousPrice", "primaryImageThumbnailDataUri", "likeCount", "state"] });

/** A word that describes sales items. */
export interface TagUpdate {
  readonly _id: string;
  readonly name?: string;
}

export const TagUpdate: ObjectType<keyof TagUpdate & string> = /* @__PURE__ */ objectType("TagUpdate", () => ({
  _id: { kind: "id", required: true },
  name: { kind: "string", rules: [isAnyString(), maxLength(64)] },
}));

/** A second-hand thing that is for sale, reserved or sold. */
export interface SalesItemUpdate {
  readonly _id: string;
  readonly version?: number;
  readonly lastModifiedTimestamp?: string;
  readonly userAccountId?: string;
  readonly title?: string;
  readonly description?: string;
  readonly area?: "Area1" | "Area2" | "Area3";
  readonly productDepartment?: "Vehicles" | "Clothes";
  readonly productCategory?: "Vehicles" | "Clothes";
  readonly productSubCategory?: "Vehicles" | "Clothes";
  readonly price?: number;
  readonly shippingCost?: number;
  readonly primaryImageDataUri?: string;
  readonly secondaryImageDataUris?: readonly string[];
  readonly tags?: readonly TagUpdate[];
}

export const SalesItemUpdate: ObjectType<keyof SalesItemUpdate & string> = /* @__PURE__ */ objectType("SalesItemUpdate", () => ({
  _id: { kind: "id", required: true },
  version: { kind: "integer", rules: [minMax(-1, 9007199254740991)], atServer: ["minMax(-9223372036854775808, 9223372036854775807)"] },
  lastModifiedTimestamp: { kind: "timestamp" },
  userAccountId: { kind: "id" },
  title: { kind: "string", rules: [isAnyString(), maxLength(64)], ui: {"label": "Title", "order": 1} },
  description: { kind: "string", rules: [isAnyString(), maxLength(1024)], ui: {"label": "Description", "widget": "textarea", "order": 2} },
  area: { kind: "string", choices: ["Area1", "Area2", "Area3"] },
  productDepartment: { kind: "string", choices: ["Vehicles", "Clothes"] },
  productCategory: { kind: "string", choices: ["Vehicles", "Clothes"] },
  productSubCategory: { kind: "string", choices: ["Vehicles", "Clothes"] },
  price: { kind: "number", rules: [minMax(0, 1000000000)], ui: {"label": "Price (€)", "order": 3} },
  shippingCost: { kind: "number", rules: [minMax(0, 1000000000)] },
  primaryImageDataUri: { kind: "string", rules: [isDataUri(), maxLength(10485760)] },
  secondaryImageDataUris: { kind: "array", rules: [arrayMaxSize(10)], element: { kind: "string", rules: [isDataUri(), maxLength(10485760)] } },
  tags: { kind: "array", rules: [arrayMaxSize(25)], element: { kind: "object", type: () => TagUpdate } },
}), { elsewhere: ["createdAtTimestamp", "previousPrice", "primaryImageThumbnailDataUri", "likeCount", "state"] });

/** Names a sales item and a user. */
export interface IdAndUserAccountId {
  readonly _id: string;
  readonly userAccountId: string;
}

export const IdAndUserAccountId: ObjectType<keyof IdAndUserAccountId & string> = /* @__PURE__ */ objectType("IdAndUserAccountId", () => ({
  _id: { kind: "id", required: true },
  userAccountId: { kind: "id", required: true },
}));

/** What a new account has that its owner does not know yet. */
export interface CreatedUserAccount {
  readonly _id: string;
  readonly commissionDiscountPercentage: 0 | 25 | 50;
}

/** Somebody who buys and sells. */
export interface OwnUserAccountCreate {
  readonly subject?: string;
  readonly displayName: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** this is an example of property documentation */
  readonly streetAddress: string;
  readonly postalCode: string;
  readonly city: string;
  readonly phoneNumber: string;
  readonly imageDataUri: string;
  readonly captchaToken: string;
  readonly paymentMethods?: readonly PaymentMethodCreate[];
}

export const OwnUserAccountCreate: ObjectType<keyof OwnUserAccountCreate & string> = /* @__PURE__ */ objectType("OwnUserAccountCreate", () => ({
  subject: { kind: "string", rules: [isSubject(), maxLength(255)] },
  displayName: { kind: "string", required: true, rules: [isAnyString(), maxLength(128)] },
  firstName: { kind: "string", required: true, rules: [isAnyString(), maxLength(64)] },
  lastName: { kind: "string", required: true, rules: [isAnyString(), maxLength(64)] },
  email: { kind: "string", required: true, rules: [isEmail(), maxLength(320)] },
  streetAddress: { kind: "string", required: true, rules: [isAnyString(), maxLength(512)], documentation: "this is an example of property documentation" },
  postalCode: { kind: "string", required: true, rules: [maxLength(32)], atServer: ["isPostalCode(FI)"] },
  city: { kind: "string", required: true, rules: [maxLength(256)], atServer: ["isOneOf(userAccountsService.getCities, Tampere)"] },
  phoneNumber: { kind: "string", required: true, rules: [maxLength(32)], atServer: ["isPhoneNumber(FI)"] },
  imageDataUri: { kind: "string", required: true, rules: [isDataUri(), maxLength(10485760)] },
  captchaToken: { kind: "string", required: true, rules: [isAscii(), maxLength(8192)] },
  paymentMethods: { kind: "array", rules: [arrayMaxSize(10)], element: { kind: "object", type: () => PaymentMethodCreate } },
}), { elsewhere: ["_id", "commissionDiscountPercentage", "favoriteSalesItems", "ownSalesItems", "orders", "followedUserAccounts", "followingUserAccounts"] });

/** A card that a user pays with. Its verification code is checked and forgotten (PCI DSS, requirement 3.3.1). */
export interface PaymentMethodCreate {
  readonly id?: string;
  readonly isDefault: boolean;
  readonly paymentMethodType: "creditCard";
  readonly creditCardNumber: string;
  readonly creditCardExpiration: string;
  readonly cardVerificationCode: string;
}

export const PaymentMethodCreate: ObjectType<keyof PaymentMethodCreate & string> = /* @__PURE__ */ objectType("PaymentMethodCreate", () => ({
  id: { kind: "id" },
  isDefault: { kind: "boolean", required: true },
  paymentMethodType: { kind: "string", required: true, choices: ["creditCard"] },
  creditCardNumber: { kind: "string", required: true, rules: [isCreditCard(), maxLength(19)] },
  creditCardExpiration: { kind: "string", required: true, rules: [isCreditCardExpiration(), maxLength(7)] },
  cardVerificationCode: { kind: "string", required: true, rules: [isCardVerificationCode(), maxLength(4)] },
}));

/** Somebody who buys and sells. */
export interface UserAccountSelection {
  readonly _id?: string;
  readonly displayName?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  /** this is an example of property documentation */
  readonly streetAddress?: string;
  readonly postalCode?: string;
  readonly city?: string;
  readonly phoneNumber?: string;
  readonly commissionDiscountPercentage?: 0 | 25 | 50;
  readonly imageDataUri?: string;
  readonly paymentMethods?: readonly PaymentMethodSelection[];
  readonly favoriteSalesItems?: readonly FavoriteSalesItemSelection[];
  readonly ownSalesItems?: readonly OwnSalesItemSelection[];
  readonly orders?: readonly OrderSelection[];
  readonly followedUserAccounts?: readonly FollowedUserAccountSelection[];
  readonly followingUserAccounts?: readonly FollowingUserAccountSelection[];
}

/** A card that a user pays with. Its verification code is checked and forgotten (PCI DSS, requirement 3.3.1). */
export interface PaymentMethodSelection {
  readonly id?: string;
  readonly isDefault?: boolean;
  readonly paymentMethodType?: "creditCard";
  readonly creditCardNumber?: string;
  readonly creditCardExpiration?: string;
}

/** A sales item that a user likes to look at again. */
export interface FavoriteSalesItemSelection {
  readonly _id?: string;
  readonly title?: string;
  readonly price?: number;
  readonly previousPrice?: number | null;
  readonly primaryImageDataUri?: string;
}

/** A sales item, as its seller's page shows it. */
export interface OwnSalesItemSelection {
  readonly _id?: string;
  readonly createdAtTimestamp?: string;
  readonly lastModifiedTimestamp?: string;
  readonly title?: string;
  readonly price?: number;
  readonly previousPrice?: number | null;
  readonly primaryImageDataUri?: string;
  readonly primaryImageThumbnailDataUri?: string;
  readonly state?: "forSale" | "reserved" | "sold";
}

/** What a user bought at once. Its owner is a plain id: an order outlives the account. */
export interface OrderSelection {
  readonly _id?: string;
  readonly version?: number;
  readonly createdAtTimestamp?: string;
  readonly lastModifiedTimestamp?: string;
  readonly userAccountId?: string;
  readonly paymentAmount?: number | null;
  readonly paymentGateway?: "Paytrail" | "PayPal" | "Klarna";
  readonly transactionId?: string | null;
  readonly transactionTimestamp?: string | null;
  readonly orderItems?: readonly OrderItemSelection[];
}

/** One sales item of an order, on its way to the buyer or back. */
export interface OrderItemSelection {
  readonly id?: string;
  readonly deliveryTimestamp?: string | null;
  readonly state?: "toBeDelivered" | "delivering" | "delivered" | "returning" | "returned";
  readonly trackingUrl?: string | null;
  readonly salesItems?: readonly ShoppingCartOrOrderSalesItemSelection[];
}

/** A sales item, as a cart or an order shows it. */
export interface ShoppingCartOrOrderSalesItemSelection {
  readonly _id?: string;
  readonly title?: string;
  readonly price?: number;
  readonly shippingCost?: number;
  readonly primaryImageThumbnailDataUri?: string;
}

/** Somebody whom a user follows. */
export interface FollowedUserAccountSelection {
  readonly _id?: string;
  readonly displayName?: string;
  readonly city?: string;
  readonly imageDataUri?: string;
  readonly ownSalesItems?: readonly OwnSalesItemSelection[];
}

/** Somebody who follows a user. */
export interface FollowingUserAccountSelection {
  readonly _id?: string;
  readonly displayName?: string;
  readonly city?: string;
  readonly imageDataUri?: string;
}

/** How the caller wants to see their own account. Whose it is, the token says: ``subject`` is never sent. */
export interface GetUserAccount {
  readonly includeResponseFields?: readonly string[];
  readonly excludeResponseFields?: readonly string[];
  readonly sortBys?: readonly SortBy[];
  readonly paginations?: readonly Pagination[];
  readonly currentPageTokens?: readonly CurrentPageToken[];
}

export const GetUserAccount: ObjectType<keyof GetUserAccount & string> = /* @__PURE__ */ objectType("GetUserAccount", () => ({
  includeResponseFields: { kind: "array", rules: [arrayMaxSize(500), arrayUnique()], element: { kind: "string", rules: [minLength(1), maxLength(65536), isAnyString()] } },
  excludeResponseFields: { kind: "array", rules: [arrayMaxSize(500), arrayUnique()], element: { kind: "string", rules: [minLength(1), maxLength(65536), isAnyString()] } },
  sortBys: { kind: "array", rules: [arrayMaxSize(25), arrayNotUnique()], element: { kind: "object", type: () => SortBy } },
  paginations: { kind: "array", rules: [arrayMaxSize(100), arrayNotUnique()], element: { kind: "object", type: () => Pagination } },
  currentPageTokens: { kind: "array", rules: [arrayMaxSize(100), arrayNotUnique()], element: { kind: "object", type: () => CurrentPageToken } },
}), { elsewhere: ["subject"] });

/** Somebody who buys and sells. */
export interface UserAccountUpdate {
  readonly _id: string;
  readonly displayName?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  /** this is an example of property documentation */
  readonly streetAddress?: string;
  readonly postalCode?: string;
  readonly city?: string;
  readonly phoneNumber?: string;
  readonly imageDataUri?: string;
  readonly paymentMethods?: readonly PaymentMethodPart[];
}

export const UserAccountUpdate: ObjectType<keyof UserAccountUpdate & string> = /* @__PURE__ */ objectType("UserAccountUpdate", () => ({
  _id: { kind: "id", required: true },
  displayName: { kind: "string", rules: [isAnyString(), maxLength(128)] },
  firstName: { kind: "string", rules: [isAnyString(), maxLength(64)] },
  lastName: { kind: "string", rules: [isAnyString(), maxLength(64)] },
  email: { kind: "string", rules: [isEmail(), maxLength(320)] },
  streetAddress: { kind: "string", rules: [isAnyString(), maxLength(512)], documentation: "this is an example of property documentation" },
  postalCode: { kind: "string", rules: [maxLength(32)], atServer: ["isPostalCode(FI)"] },
  city: { kind: "string", rules: [maxLength(256)], atServer: ["isOneOf(userAccountsService.getCities, Tampere)"] },
  phoneNumber: { kind: "string", rules: [maxLength(32)], atServer: ["isPhoneNumber(FI)"] },
  imageDataUri: { kind: "string", rules: [isDataUri(), maxLength(10485760)] },
  paymentMethods: { kind: "array", rules: [arrayMaxSize(10)], element: { kind: "object", type: () => PaymentMethodPart } },
}), { elsewhere: ["subject", "commissionDiscountPercentage", "captchaToken", "favoriteSalesItems", "ownSalesItems", "orders", "followedUserAccounts", "followingUserAccounts"] });

/** A card that a user pays with. Its verification code is checked and forgotten (PCI DSS, requirement 3.3.1). */
export interface PaymentMethodPart {
  readonly id?: string;
  readonly isDefault?: boolean;
  readonly paymentMethodType?: "creditCard";
  readonly creditCardNumber?: string;
  readonly creditCardExpiration?: string;
  readonly cardVerificationCode?: string;
}

export const PaymentMethodPart: ObjectType<keyof PaymentMethodPart & string> = /* @__PURE__ */ objectType("PaymentMethodPart", () => ({
  id: { kind: "id" },
  isDefault: { kind: "boolean" },
  paymentMethodType: { kind: "string", choices: ["creditCard"] },
  creditCardNumber: { kind: "string", rules: [isCreditCard(), maxLength(19)] },
  creditCardExpiration: { kind: "string", rules: [isCreditCardExpiration(), maxLength(7)] },
  cardVerificationCode: { kind: "string", rules: [isCardVerificationCode(), maxLength(4)] },
}), { part: { identity: "id", needed: ["isDefault", "paymentMethodType", "creditCardNumber", "creditCardExpiration", "cardVerificationCode"], foreign: [] } });

/** A city that users live in. */
export interface City {
  readonly value: string;
}

/** The caller's account, and whom they follow. */
export interface IdAndFollowedUserAccountId {
  readonly _id: string;
  readonly followedUserAccountId: string;
}

export const IdAndFollowedUserAccountId: ObjectType<keyof IdAndFollowedUserAccountId & string> = /* @__PURE__ */ objectType("IdAndFollowedUserAccountId", () => ({
  _id: { kind: "id", required: true },
  followedUserAccountId: { kind: "id", required: true },
}));

/** The caller's account, and a thing they like to look at again. */
export interface IdAndSalesItemId {
  readonly _id: string;
  readonly salesItemId: string;
}

export const IdAndSalesItemId: ObjectType<keyof IdAndSalesItemId & string> = /* @__PURE__ */ objectType("IdAndSalesItemId", () => ({
  _id: { kind: "id", required: true },
  salesItemId: { kind: "id", required: true },
}));

/** Somebody who sells, as buyers see them. */
export interface UserSelection {
  readonly _id?: string;
  readonly displayName?: string;
  readonly city?: string;
  readonly imageDataUri?: string;
  readonly ownSalesItems?: readonly OwnSalesItemSelection[];
  readonly followedUserAccounts?: readonly FollowedUserAccountSelection[];
  readonly followingUserAccounts?: readonly FollowingUserAccountSelection[];
}

/** Who is looked for: those who have the text in their display names, in upper and lower case as it is written. */
export interface GetUsers {
  readonly includeResponseFields?: readonly string[];
  readonly excludeResponseFields?: readonly string[];
  readonly sortBys?: readonly SortBy[];
  readonly paginations?: readonly Pagination[];
  readonly currentPageTokens?: readonly CurrentPageToken[];
  readonly displayNameFilter?: string;
}

export const GetUsers: ObjectType<keyof GetUsers & string> = /* @__PURE__ */ objectType("GetUsers", () => ({
  includeResponseFields: { kind: "array", rules: [arrayMaxSize(500), arrayUnique()], element: { kind: "string", rules: [minLength(1), maxLength(65536), isAnyString()] } },
  excludeResponseFields: { kind: "array", rules: [arrayMaxSize(500), arrayUnique()], element: { kind: "string", rules: [minLength(1), maxLength(65536), isAnyString()] } },
  sortBys: { kind: "array", rules: [arrayMaxSize(25), arrayNotUnique()], element: { kind: "object", type: () => SortBy } },
  paginations: { kind: "array", rules: [arrayMaxSize(100), arrayNotUnique()], element: { kind: "object", type: () => Pagination } },
  currentPageTokens: { kind: "array", rules: [arrayMaxSize(100), arrayNotUnique()], element: { kind: "object", type: () => CurrentPageToken } },
  displayNameFilter: { kind: "string", rules: [maxLength(256), isAnyString()] },
}));

/** Somebody who sells, as buyers see them. */
export interface User {
  readonly _id: string;
  readonly displayName: string;
  readonly city: string;
  readonly imageDataUri: string;
  readonly ownSalesItems: readonly OwnSalesItem[];
  readonly followedUserAccounts: readonly FollowedUserAccount[];
  readonly followingUserAccounts: readonly FollowingUserAccount[];
}

/** A sales item, as its seller's page shows it. */
export interface OwnSalesItem {
  readonly _id: string;
  readonly createdAtTimestamp: string;
  readonly lastModifiedTimestamp: string;
  readonly title: string;
  readonly price: number;
  readonly previousPrice: number | null;
  readonly primaryImageDataUri: string;
  readonly primaryImageThumbnailDataUri: string;
  readonly state: "forSale" | "reserved" | "sold";
}

/** Somebody whom a user follows. */
export interface FollowedUserAccount {
  readonly _id: string;
  readonly displayName: string;
  readonly city: string;
  readonly imageDataUri: string;
  readonly ownSalesItems: readonly OwnSalesItem[];
}

/** Somebody who follows a user. */
export interface FollowingUserAccount {
  readonly _id: string;
  readonly displayName: string;
  readonly city: string;
  readonly imageDataUri: string;
}

/** The things that a user has reserved; every user has one cart. */
export interface ShoppingCart {
  readonly _id: string;
  readonly userAccountId: string;
  readonly salesItems: readonly ShoppingCartOrOrderSalesItem[];
}

/** A sales item, as a cart or an order shows it. */
export interface ShoppingCartOrOrderSalesItem {
  readonly _id: string;
  readonly title: string;
  readonly price: number;
  readonly shippingCost: number;
  readonly primaryImageThumbnailDataUri: string;
}

/** Names a user and a sales item. */
export interface UserAccountIdAndSalesItemId {
  readonly userAccountId: string;
  readonly salesItemId: string;
}

export const UserAccountIdAndSalesItemId: ObjectType<keyof UserAccountIdAndSalesItemId & string> = /* @__PURE__ */ objectType("UserAccountIdAndSalesItemId", () => ({
  userAccountId: { kind: "id", required: true },
  salesItemId: { kind: "id", required: true },
}));

/** What a user bought at once. Its owner is a plain id: an order outlives the account. */
export interface Order {
  readonly _id: string;
  readonly version: number;
  readonly createdAtTimestamp: string;
  readonly lastModifiedTimestamp: string;
  readonly userAccountId: string;
  readonly paymentAmount: number | null;
  readonly paymentGateway: "Paytrail" | "PayPal" | "Klarna";
  readonly transactionId: string | null;
  readonly transactionTimestamp: string | null;
  readonly orderItems: readonly OrderItem[];
}

/** One sales item of an order, on its way to the buyer or back. */
export interface OrderItem {
  readonly id: string;
  readonly deliveryTimestamp: string | null;
  readonly state: "toBeDelivered" | "delivering" | "delivered" | "returning" | "returned";
  readonly trackingUrl: string | null;
  readonly salesItems: readonly ShoppingCartOrOrderSalesItem[];
}

/** Who buys what is in their cart, and how they pay. */
export interface PlaceOrderArgument {
  readonly userAccountId: string;
  readonly paymentGateway: "Paytrail" | "PayPal" | "Klarna";
  readonly shoppingCartId: string;
  readonly iAgreeWithTermsAndConditions: boolean;
  readonly uiRedirectUrl: string;
}

export const PlaceOrderArgument: ObjectType<keyof PlaceOrderArgument & string> = /* @__PURE__ */ objectType("PlaceOrderArgument", () => ({
  userAccountId: { kind: "id", required: true },
  paymentGateway: { kind: "string", required: true, choices: ["Paytrail", "PayPal", "Klarna"] },
  shoppingCartId: { kind: "string", required: true, rules: [maxLength(24), isAnyString()] },
  iAgreeWithTermsAndConditions: { kind: "boolean", required: true },
  uiRedirectUrl: { kind: "string", required: true, rules: [maxLength(4096), isUrl()] },
}));

/** What the payment gateway says of a payment. */
export interface PayOrderArgument {
  readonly _id: string;
  readonly paymentAmount: number;
  readonly paymentGateway: "Paytrail" | "PayPal" | "Klarna";
  readonly transactionId: string;
  readonly transactionTimestamp: string;
}

export const PayOrderArgument: ObjectType<keyof PayOrderArgument & string> = /* @__PURE__ */ objectType("PayOrderArgument", () => ({
  _id: { kind: "id", required: true },
  paymentAmount: { kind: "number", required: true, rules: [minMax(0, 1000000000)] },
  paymentGateway: { kind: "string", required: true, choices: ["Paytrail", "PayPal", "Klarna"] },
  transactionId: { kind: "string", required: true, rules: [isAlphanumeric(), maxLength(256)] },
  transactionTimestamp: { kind: "timestamp", required: true },
}));

/** How long an order may be unpaid. */
export interface UnpaidLimit {
  readonly unpaidOrderTimeToLiveInMinutes?: number;
}

export const UnpaidLimit: ObjectType<keyof UnpaidLimit & string> = /* @__PURE__ */ objectType("UnpaidLimit", () => ({
  unpaidOrderTimeToLiveInMinutes: { kind: "integer", rules: [minMax(-1, 10)] },
}));

/** Names an item of a user's order. */
export interface RemoveOrderItemArgument {
  readonly _id: string;
  readonly version: number;
  readonly orderItemId: string;
  readonly userAccountId: string;
}

export const RemoveOrderItemArgument: ObjectType<keyof RemoveOrderItemArgument & string> = /* @__PURE__ */ objectType("RemoveOrderItemArgument", () => ({
  _id: { kind: "id", required: true },
  version: { kind: "integer", required: true, rules: [minMax(-1, 9007199254740991)], atServer: ["minMax(-9223372036854775808, 9223372036854775807)"] },
  orderItemId: { kind: "id", required: true },
  userAccountId: { kind: "id", required: true },
}));

/** Which item of an order is on its way. */
export interface DeliverOrderItemArgument {
  readonly _id: string;
  readonly version: number;
  readonly orderItems: readonly OrderItemForDelivery[];
}

export const DeliverOrderItemArgument: ObjectType<keyof DeliverOrderItemArgument & string> = /* @__PURE__ */ objectType("DeliverOrderItemArgument", () => ({
  _id: { kind: "id", required: true },
  version: { kind: "integer", required: true, rules: [minMax(-1, 9007199254740991)], atServer: ["minMax(-9223372036854775808, 9223372036854775807)"] },
  orderItems: { kind: "array", required: true, rules: [arrayMinSize(1), arrayMaxSize(1), arrayNotUnique()], element: { kind: "object", type: () => OrderItemForDelivery } },
}));

/** When an order item was sent, and where its way can be seen. */
export interface OrderItemForDelivery {
  readonly id: string;
  readonly deliveryTimestamp: string;
  readonly trackingUrl: string;
}

export const OrderItemForDelivery: ObjectType<keyof OrderItemForDelivery & string> = /* @__PURE__ */ objectType("OrderItemForDelivery", () => ({
  id: { kind: "id", required: true },
  deliveryTimestamp: { kind: "timestamp", required: true },
  trackingUrl: { kind: "string", required: true, rules: [isUrl(), maxLength(3072)] },
}));

/** Names an item of an order whose version is known; -1 is any version. */
export interface OrderItemId {
  readonly _id: string;
  readonly version: number;
  readonly orderItemId: string;
}

export const OrderItemId: ObjectType<keyof OrderItemId & string> = /* @__PURE__ */ objectType("OrderItemId", () => ({
  _id: { kind: "id", required: true },
  version: { kind: "integer", required: true, rules: [minMax(-1, 9007199254740991)], atServer: ["minMax(-9223372036854775808, 9223372036854775807)"] },
  orderItemId: { kind: "id", required: true },
}));

export type ServiceFunctionAnswerMap = { readonly [name: string]: ServiceFunctionAnswer };

/** What one call of a batch was answered: the status, and the body, null where that is empty. */
export interface ServiceFunctionAnswer {
  readonly statusCode: number;
  readonly response: unknown;
}

export type ServiceFunctionCallMap = { readonly [name: string]: ServiceFunctionCall };

/** One call of a batch. */
export interface ServiceFunctionCall {
  readonly serviceFunctionName: string;
  readonly serviceFunctionArgument?: unknown;
  readonly microserviceName?: string | null;
  readonly microserviceNamespace?: string | null;
  readonly idempotencyKey?: string | null;
}

export const ServiceFunctionCall: ObjectType<keyof ServiceFunctionCall & string> = /* @__PURE__ */ objectType("ServiceFunctionCall", () => ({
  serviceFunctionName: { kind: "string", required: true, rules: [length(1, 512), isAnyString()] },
  serviceFunctionArgument: { kind: "any" },
  microserviceName: { kind: "string", nullable: true, rules: [maxLength(253), isAnyString()] },
  microserviceNamespace: { kind: "string", nullable: true, rules: [maxLength(253), isAnyString()] },
  idempotencyKey: { kind: "string", nullable: true, rules: [maxLength(255), isAnyString()] },
}));
