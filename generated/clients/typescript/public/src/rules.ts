/**
 * The rules that can be judged before anything is sent, called as the server's metadata calls them.
 *
 * Each says what the server says, and refuses nothing that the server accepts; formats are judged by `validator`.
 */

import isBicText from "validator/lib/isBIC.js";
import isEthereumText from "validator/lib/isEthereumAddress.js";
import isIbanText from "validator/lib/isIBAN.js";
import isIpText from "validator/lib/isIP.js";
import isIsbnText from "validator/lib/isISBN.js";
import isIsinText from "validator/lib/isISIN.js";
import isIssnText from "validator/lib/isISSN.js";
import isLuhnText from "validator/lib/isLuhnNumber.js";
import isMacText from "validator/lib/isMACAddress.js";
import isSemVerText from "validator/lib/isSemVer.js";

import type { Limits, Rule } from "./schema.js";

function text(message: string, accepts: (value: string) => boolean, limits?: Limits): Rule {
  return rule(message, (value) => typeof value === "string" && accepts(value), limits);
}

function number(message: string, accepts: (value: number) => boolean, limits?: Limits): Rule {
  return rule(message, (value) => typeof value === "number" && accepts(value), limits);
}

function array(message: string, accepts: (value: readonly unknown[]) => boolean, limits?: Limits): Rule {
  return rule(message, (value) => Array.isArray(value) && accepts(value), limits);
}

function rule(message: string, accepts: (value: unknown) => boolean, limits?: Limits): Rule {
  return limits === undefined ? { message, accepts } : { message, accepts, limits };
}

/** A rule whose sentence does not begin with the property's name. */
function named(
  message: string, sentence: (name: string, message: string) => string, accepts: (value: unknown) => boolean,
): Rule {
  return { message, accepts, sentence: (name) => sentence(name, message) };
}

/** Characters are code points, as the server counts them. */
function characters(value: string): number {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}

// numbers

export const min = (least: number): Rule =>
  number(`must not be less than ${least}`, (value) => value >= least, { min: least });

export const max = (most: number): Rule =>
  number(`must not be greater than ${most}`, (value) => value <= most, { max: most });

export const minMax = (least: number, most: number): Rule => ({
  message: (value) => {
    if (typeof value === "number" && value < least) return `must not be less than ${least}`;
    if (typeof value === "number" && value > most) return `must not be greater than ${most}`;
    return `must not be less than ${least} or greater than ${most}`;
  },
  accepts: (value) => typeof value === "number" && value >= least && value <= most,
  limits: { min: least, max: most },
});

export const isInt = (): Rule => number("must be an integer number", Number.isInteger);
export const isPositive = (): Rule => number("must be a positive number", (value) => value > 0);
export const isNegative = (): Rule => number("must be a negative number", (value) => value < 0);

// texts

export const isAnyString = (): Rule => text("must be a string", () => true);

export const minLength = (least: number): Rule =>
  text(`must be longer than or equal to ${least} characters`, (value) => characters(value) >= least, {
    minLength: least,
  });

export const maxLength = (most: number): Rule =>
  text(
    `must be shorter than or equal to ${most} characters`,
    (value) => value.length <= most || characters(value) <= most,
    { maxLength: most },
  );

export const length = (least: number, most: number): Rule =>
  text(
    `must be longer than or equal to ${least} and shorter than or equal to ${most} characters`,
    (value) => characters(value) >= least && characters(value) <= most,
    { minLength: least, maxLength: most },
  );

export const isByteLength = (least: number, most: number): Rule =>
  named(`byte length must fall into (${least}, ${most}) range`, (name, message) => `${name}'s ${message}`, (value) => {
    const size = typeof value === "string" ? new TextEncoder().encode(value).length : -1;
    return size >= least && size <= most;
  });

export const contains = (seed: string): Rule =>
  text(`must contain a ${seed} string`, (value) => value.includes(seed));
export const notContains = (seed: string): Rule =>
  text(`should not contain a ${seed} string`, (value) => !value.includes(seed));
export const isAlpha = (): Rule => text("must contain only letters (a-zA-Z)", (value) => /^[a-z]+$/i.test(value));
export const isAlphanumeric = (): Rule =>
  text("must contain only letters and numbers", (value) => /^[a-z0-9]+$/i.test(value));
export const isAscii = (): Rule =>
  // eslint-disable-next-line no-control-regex
  text("must contain only ASCII characters", (value) => /^[\x00-\x7f]*$/.test(value));

/** Every pattern occurs; `shown` is how the server shows them. */
export const matches = (shown: string, ...patterns: readonly RegExp[]): Rule =>
  text(`must match ${shown} regular expression`, (value) => patterns.every((pattern) => pattern.test(value)));
export const notMatches = (shown: string, ...patterns: readonly RegExp[]): Rule =>
  text(`must not match ${shown} regular expression`, (value) => !patterns.some((pattern) => pattern.test(value)));

// formats

export const isHexadecimal = (): Rule =>
  text("must be a hexadecimal number", (value) => /^(0[xh])?[0-9a-f]+$/i.test(value));
export const isMongoId = (): Rule => text("must be a mongodb id", (value) => /^[0-9a-f]{24}$/i.test(value));
export const isPort = (): Rule =>
  rule("must be a port", (value) => /^[0-9]{1,5}$/.test(String(value)) && Number(value) <= 65535);
export const isMilitaryTime = (): Rule =>
  text("must be a valid representation of military time in the format HH:MM", (value) =>
    /^([01][0-9]|2[0-3]):?[0-5][0-9]$/.test(value),
  );
export const isBooleanString = (): Rule =>
  text("must be a boolean string", (value) => /^(true|false|1|0)$/i.test(value));
export const isSubject = (): Rule =>
  // eslint-disable-next-line no-control-regex
  text("must be an ASCII string maximum 256 characters long", (value) => /^[\x00-\x7f]{0,256}$/.test(value), {
    maxLength: 256,
  });
export const isDataUri = (): Rule =>
  text("is not a valid data URI", (value) => /^data:[^,]*,/i.test(value.trimStart()));
export const isEmail = (): Rule => text("must be an email", (value) => /^[^@]+(@[^@]*)*@[^@\s]+$/.test(value));
export const isUrl = (): Rule => text("must be an URL address", (value) => /^\S+$/.test(value) && /[.:\]]|localhost/i.test(value));
export const isIp = (version?: 4 | 6): Rule =>
  text("must be an ip address", (value) => (version === undefined ? isIpText(value) : isIpText(value, version)));
export const isMacAddress = (): Rule => text("must be a MAC Address", (value) => isMacText(value));
export const isSemVer = (): Rule =>
  text("must be a Semantic Versioning Specification", (value) => isSemVerText(value));
export const isIban = (): Rule => text("must be an IBAN", (value) => isIbanText(value));
export const isBic = (): Rule => text("must be a BIC or SWIFT code", (value) => isBicText(value.replace(/[ -]/g, "")));
export const isIsin = (): Rule => text("must be an ISIN (stock/security identifier)", (value) => isIsinText(value.toUpperCase()));
export const isIssn = (): Rule => text("must be a ISSN", (value) => isIssnText(value));
export const isIsbn = (version?: 10 | 13): Rule => text("must be an ISBN", (value) => isIsbnText(value.toUpperCase(), version));
export const isEthereumAddress = (): Rule =>
  text("must be an Ethereum address", (value) => isEthereumText(value));
export const isCreditCard = (): Rule =>
  text("must be a credit card", (value) => isLuhnText(value.replace(/[- ]/g, "")));
export const isCardVerificationCode = (): Rule =>
  text("is not a valid credit card verification code", (value) => /^[0-9]{3,4}$/.test(value), {
    minLength: 3,
    maxLength: 4,
  });
export const isCreditCardExpiration = (): Rule =>
  text("is not a valid credit card expiration", (value) => /^(0[1-9]|1[0-2])\/([0-9]{2}|[0-9]{4})$/.test(value));

// arrays

export const arrayMinSize = (least: number): Rule =>
  array(`must contain at least ${least} elements`, (value) => value.length >= least, { minItems: least });
export const arrayMaxSize = (most: number): Rule =>
  array(`must contain not more than ${most} elements`, (value) => value.length <= most, { maxItems: most });
export const arrayNotUnique = (): Rule => array("must be an array", () => true);

/** Numbers and texts are compared here; whether objects are equal is the server's to say. */
export const arrayUnique = (): Rule =>
  named("elements must be unique", (name, message) => `All ${name}'s ${message}`, (value) => {
    if (!Array.isArray(value)) return false;
    const plain = value.filter((item) => typeof item !== "object");
    return new Set(plain).size === plain.length;
  });
