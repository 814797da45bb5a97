/** The client of backk-example-microservice: a namespace a service, types, settings and errors. */

export * from "./backk.js";
export type { Field, Kind, Limits, ObjectType, Rule, Violation } from "./schema.js";
export { limitsOf, textOf, violationsOf } from "./schema.js";
export * from "./types.js";
export * as tagService from "./tagService.js";
export * as salesItemService from "./salesItemService.js";
export * as userAccountService from "./userAccountService.js";
export * as userService from "./userService.js";
export * as shoppingCartService from "./shoppingCartService.js";
export * as orderService from "./orderService.js";
export * as metadataService from "./metadataService.js";
export * as livenessCheckService from "./livenessCheckService.js";
export * as readinessCheckService from "./readinessCheckService.js";
export * as startupCheckService from "./startupCheckService.js";
export * as multipleServiceFunctionExecutionService from "./multipleServiceFunctionExecutionService.js";
