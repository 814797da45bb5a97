/** How a service is called: settings, the call itself, what comes back. */

import { eventsOf } from "./events.js";
import { type ObjectType, textOf, type Violation, violationsOf } from "./schema.js";

/** Why a call failed. */
export interface CallError {
  /** Names the error: `error.5`, `shoppingCartService.1`; `client.unreachable`, `client.timeout`, `client.aborted`,
   * `client.unreadable` and `client.redirected` are made here. */
  readonly errorCode: string;
  /** The HTTP status; 0 where no answer came. */
  readonly statusCode: number;
  readonly message: string;
  /** What is wrong with which property; empty where the error is about something else. */
  readonly violations: readonly Violation[];
  /** Seconds after which another try may succeed, where the server says so. */
  readonly retryAfter?: number;
  /** Where a redirect leads, as far as programs may know: browsers tell it to nobody. */
  readonly location?: string;
  /** What the server's log calls the call. */
  readonly requestId?: string;
  /** Where it happened in the server; in development only. */
  readonly stackTrace?: string;
}

/** What came with a value. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** What is said of the value as a whole, such as `currentPageTokens`. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A value, or an error: `const [tag, error] = await createTag({ name: "books" })`. A call never throws. */
export type Outcome<T> = readonly [value: T, error: null, answer: Answer] | readonly [value: null, error: CallError];

/** The first names of paths: `orderItems` of `orderItems.state`. */
type Heads<Paths> = Paths extends `${infer Head}.${string}` ? Head : Paths;

/**
 * What is answered to an argument that names the properties that it wants: just those. Where it names none, or what it
 * names is not known when the program is compiled, any may be missing.
 */
export type Projected<Row, Asked> = Asked extends { readonly includeResponseFields: readonly (infer Paths)[] }
  ? string extends Paths
    ? Row
    : { readonly [name in keyof Row as name extends Heads<Paths> ? name : never]-?: Row[name] }
  : Row;

/** How calls are made. */
export interface Settings {
  /** Where the service is: `https://api.example.com/shop.default`. */
  readonly baseUrl: string;
  /** Returns the caller's bearer token (a JWT); asked at each try, so that it may renew it. */
  readonly token?: () => string | null | undefined | Promise<string | null | undefined>;
  /** Milliseconds for the whole call, all tries included. */
  readonly timeout: number;
  /** How often a call that may be repeated is tried again. */
  readonly retries: number;
  /** Milliseconds before the second try; twice as many before each further one, and shared out by chance. */
  readonly retryDelay: number;
  readonly fetch: typeof fetch;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What may be said for one call. */
export interface CallOptions extends Partial<Settings> {
  /** Ends the call: the error is `client.aborted`. */
  readonly signal?: AbortSignal;
  /** Tells that several calls are the same one. Made for each call of a function that has an effect, where not given. */
  readonly idempotencyKey?: string;
}

let settings: Settings = {
  baseUrl: "",
  timeout: 30_000,
  retries: 2,
  retryDelay: 200,
  fetch: (...request) => globalThis.fetch(...request),
};

/** Says how all calls are made from now on; what is left out stays as it is. */
export function configure(changes: Partial<Settings>): void {
  settings = { ...settings, ...changes };
}

/** What is known of a function before it is called. */
export interface Operation {
  /** Its wire name. */
  readonly name: string;
  readonly argument?: ObjectType;
  /** `reads`: may be repeated as it is; `once`: with an idempotency key; otherwise never. */
  readonly repeats?: "reads" | "once";
  /** What is answered: `{"metadata", "data"}`, any document (with any status, where it is no error), or nothing. */
  readonly answers: "data" | "document" | "nothing";
  /** What to do instead of calling it. */
  readonly deprecated?: string;
}

/** Calls a function. */
export async function call<T>(operation: Operation, argument: object = {}, options: CallOptions = {}): Promise<Outcome<T>> {
  if (operation.deprecated !== undefined) warnOnce(operation.name, operation.deprecated);
  const refusal = operation.argument && refused(operation.argument, argument);
  if (refusal) return [null, refusal];
  const used: Settings = { ...settings, ...withoutUndefined(options) };
  const key = options.idempotencyKey ?? (operation.repeats === "once" ? newKey() : undefined);
  const tries = operation.repeats === "reads" || key !== undefined ? used.retries + 1 : 1;
  const clock = new Deadline(used.timeout, options.signal);
  try {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await tried<T>(operation, argument, used, key, clock);
      const error = outcome[1];
      if (error === null || attempt >= tries || !mayPass(error)) return outcome;
      const delay = error.retryAfter === undefined ? backOff(used.retryDelay, attempt) : error.retryAfter * 1000;
      if (!(await clock.pause(delay))) return outcome;
    }
  } finally {
    clock.stop();
  }
}

/**
 * Calls a subscription function and yields each event's value. A stream that breaks is resumed after the last event that
 * came; an error that another try cannot mend is yielded last. Leave the loop, or abort, to end it.
 */
export async function* subscribe<T>(
  operation: Operation, argument: object = {}, options: CallOptions = {},
): AsyncGenerator<Outcome<T>, void, undefined> {
  const refusal = operation.argument && refused(operation.argument, argument);
  if (refusal) {
    yield [null, refusal];
    return;
  }
  const used: Settings = { ...settings, ...withoutUndefined(options) };
  let last = "";
  let pause = used.retryDelay;
  for (let failures = 0; ; failures += 1) {
    const clock = new Deadline(used.timeout, options.signal);
    try {
      const more = { Accept: "text/event-stream, application/problem+json", ...(last ? { "Last-Event-ID": last } : {}) };
      const response = await send(operation, argument, used, undefined, clock.signal, more);
      // the timeout is for the beginning: a stream may be silent for long
      clock.disarm();
      if (response.status < 200 || response.status >= 300 || response.body === null) {
        const error = errorOf(response, await response.json().catch(() => undefined));
        if (!mayPass(error)) {
          yield [null, error];
          return;
        }
      } else {
        const answer = { status: response.status, headers: response.headers, metadata: {} };
        for await (const event of eventsOf(response.body)) {
          failures = 0;
          last = event.id || last;
          pause = event.retry ?? pause;
          yield [JSON.parse(event.data) as T, null, answer];
        }
      }
    } catch (cause) {
      const error = failure(cause, clock);
      if (error.errorCode === "client.aborted") {
        yield [null, error];
        return;
      }
    } finally {
      clock.stop();
    }
    const waiting = new Deadline(Number.MAX_SAFE_INTEGER, options.signal);
    const goesOn = await waiting.pause(backOff(pause, failures + 1));
    waiting.stop();
    if (!goesOn) {
      yield [null, clientError("client.aborted", "The call was aborted")];
      return;
    }
  }
}

/** Returns the error that the server would answer to an argument, null where nothing is wrong with it as far as is known here. */
export function refused(type: ObjectType, argument: unknown): CallError | null {
  const violations = violationsOf(type, argument);
  if (violations.length === 0) return null;
  return { errorCode: "error.5", statusCode: 400, message: `Invalid argument: ${textOf(violations)}`, violations };
}

/** Returns what is to be shown beside one property of a form: `messageAt(error, "title")`; empty where nothing is wrong. */
export function messageAt(error: CallError | null, path: string): string {
  const found = error?.violations.filter((violation) => violation.path === path) ?? [];
  return found.map((violation) => violation.message).join(", ");
}

async function tried<T>(
  operation: Operation, argument: object, used: Settings, key: string | undefined, clock: Deadline,
): Promise<Outcome<T>> {
  try {
    const response = await send(operation, argument, used, key, clock.signal);
    const said = response.headers.get("Deprecation");
    if (said !== null) warnOnce(operation.name, operation.deprecated ?? `Deprecated since ${said}.`);
    if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) {
      return [null, redirected(response)];
    }
    const content = await response.text();
    const body = parsed(content, response.status);
    if (response.status >= 400 && (operation.answers !== "document" || isError(body))) {
      return [null, errorOf(response, body)];
    }
    return valueOf<T>(operation, response, body);
  } catch (cause) {
    return [null, failure(cause, clock)];
  }
}

async function send(
  operation: Operation, argument: object, used: Settings, key: string | undefined, signal: AbortSignal,
  more: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const token = await used.token?.();
  const headers: Record<string, string> = {
    "Content-Type": "application/json",
    Accept: "application/json, application/problem+json",
    ...used.headers,
    ...more,
  };
  if (token) headers["Authorization"] = `Bearer ${token}`;
  if (key !== undefined) headers["Idempotency-Key"] = key;
  const address = `${used.baseUrl.replace(/\/+$/, "")}/${operation.name}`;
  return used.fetch(address, { method: "POST", headers, body: JSON.stringify(argument), signal, redirect: "manual" });
}

function redirected(response: Response): CallError {
  const location = response.headers.get("Location");
  // a call that was answered so has had its effect: what comes next is its caller's to decide
  const error = clientError("client.redirected", "The answer is to be found elsewhere");
  return { ...error, statusCode: response.status, ...(location ? { location } : {}) };
}

function parsed(content: string, status: number): unknown {
  try {
    return content === "" ? undefined : JSON.parse(content);
  } catch (cause) {
    // a page of something between here and the service; of a success everything is wanted
    if (status >= 400) return undefined;
    throw cause;
  }
}

function valueOf<T>(operation: Operation, response: Response, body: unknown): Outcome<T> {
  const answer: Answer = { status: response.status, headers: response.headers, metadata: {} };
  if (operation.answers !== "data" || body === undefined) return [body as T, null, answer];
  const { data, metadata } = body as { data: T; metadata: Answer["metadata"] };
  return [data, null, { ...answer, metadata }];
}

interface Problem {
  readonly errorCode?: unknown;
  readonly detail?: unknown;
  readonly message?: unknown;
  readonly stackTrace?: unknown;
  readonly errors?: unknown;
}

function isError(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && typeof (body as Problem).errorCode === "string";
}

function errorOf(response: Response, body: unknown): CallError {
  // where it is none, something between here and the service answered
  const problem: Problem = isError(body) ? body : {};
  const retryAfter = Number(response.headers.get("Retry-After") ?? "");
  const requestId = response.headers.get("X-Request-Id");
  const message = problem.detail ?? problem.message;
  return {
    errorCode: typeof problem.errorCode === "string" ? problem.errorCode : "client.unreadable",
    statusCode: response.status,
    message: typeof message === "string" ? message : `The answer has status ${response.status} and is no error of the service`,
    violations: pointed(problem.errors),
    ...(retryAfter > 0 ? { retryAfter } : {}),
    ...(requestId ? { requestId } : {}),
    ...(typeof problem.stackTrace === "string" ? { stackTrace: problem.stackTrace } : {}),
  };
}

/** The members of `errors` as RFC 9457 has them, with pointers of RFC 6901. */
function pointed(errors: unknown): Violation[] {
  if (!Array.isArray(errors)) return [];
  return (errors as { pointer: string; detail: string }[]).map(({ pointer, detail }) => {
    const steps = pointer.split("/").slice(1).map((step) => step.replace(/~1/g, "/").replace(/~0/g, "~"));
    // what should not exist is named in the sentence
    if (/^property .* should not exist$/.test(detail)) steps.pop();
    // the name stands beside the message already
    const name = `${steps.at(-1) ?? ""} `;
    const message = detail.startsWith(name) ? detail.slice(name.length) : detail;
    return { path: steps.join("."), message, sentence: message === detail ? detail : `${name}${message}` };
  });
}

function failure(cause: unknown, clock: Deadline): CallError {
  if (clock.isOver) return clientError("client.timeout", "No answer came in time");
  if (clock.signal.aborted) return clientError("client.aborted", "The call was aborted");
  if (cause instanceof SyntaxError) return clientError("client.unreadable", "The answer is not JSON");
  return clientError("client.unreachable", cause instanceof Error ? cause.message : "The service cannot be reached");
}

function clientError(errorCode: string, message: string): CallError {
  return { errorCode, statusCode: 0, message, violations: [] };
}

/** Whether the same call may end otherwise at the next try. */
function mayPass(error: CallError): boolean {
  return error.errorCode === "client.unreachable" || [429, 502, 503, 504].includes(error.statusCode);
}

function backOff(delay: number, attempt: number): number {
  return delay * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
}

/** When a call has to end: at its caller's wish, or when its time is up. */
class Deadline {
  isOver = false;
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #abort = (): void => this.#controller.abort();
  readonly #end: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(milliseconds: number, caller: AbortSignal | undefined) {
    this.#caller = caller;
    this.#end = Date.now() + milliseconds;
    if (caller?.aborted) this.#abort();
    caller?.addEventListener("abort", this.#abort);
    if (milliseconds <= 0x7fffffff) {
      this.#timer = setTimeout(() => {
        this.isOver = true;
        this.#abort();
      }, milliseconds);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits; false where the call's time is up before that, or its caller wants its end. */
  async pause(milliseconds: number): Promise<boolean> {
    if (this.signal.aborted || Date.now() + milliseconds >= this.#end) return false;
    return new Promise((resolve) => {
      const stop = (): void => {
        clearTimeout(timer);
        resolve(false);
      };
      const timer = setTimeout(() => {
        this.signal.removeEventListener("abort", stop);
        resolve(true);
      }, milliseconds);
      this.signal.addEventListener("abort", stop, { once: true });
    });
  }

  /** Lets the call go on for as long as it takes. */
  disarm(): void {
    clearTimeout(this.#timer);
  }

  stop(): void {
    this.disarm();
    this.#caller?.removeEventListener("abort", this.#abort);
  }
}

const warned = new Set<string>();

function warnOnce(name: string, text: string): void {
  if (warned.has(name)) return;
  warned.add(name);
  console.warn(`${name}: ${text}`);
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function withoutUndefined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
