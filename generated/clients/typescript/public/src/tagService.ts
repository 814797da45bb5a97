/** Keeps the words that describe sales items. */

import { call, type CallOptions, type Outcome } from "./backk.js";
import { TagCreate, TagName, type Tag } from "./types.js";

/**
 * Delete every tag.
 *
 * For tests.
 */
export function deleteAllTags(
  options?: CallOptions,
): Promise<Outcome<undefined>> {
  return call(
    { name: "tagService.deleteAllTags", repeats: "once", answers: "nothing" },
    {},
    options,
  );
}

/**
 * Make a tag.
 *
 * For everyone.
 */
export function createTag(
  argument: TagCreate,
  options?: CallOptions,
): Promise<Outcome<Tag>> {
  return call(
    { name: "tagService.createTag", argument: TagCreate, repeats: "once", answers: "data" },
    argument,
    options,
  );
}

/**
 * Find the tags that have the given text in their names.
 *
 * For everyone.
 */
export function getTagsByName(
  argument: TagName,
  options?: CallOptions,
): Promise<Outcome<readonly Tag[]>> {
  return call(
    { name: "tagService.getTagsByName", argument: TagName, repeats: "reads", answers: "data" },
    argument,
    options,
  );
}
