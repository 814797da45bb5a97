/** A form that is made of what the client knows of a type: labels, kinds of input, bounds, choices. */

import { type CallError, type Field, limitsOf, messageAt, type ObjectType } from "backk-example-microservice-client";

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

export class TypeForm {
  readonly #controls = new Map<string, Control>();
  readonly #hints = new Map<string, HTMLElement>();
  readonly #files = new Map<string, string>();

  /** Puts a control for each named property of a type into an element. */
  constructor(place: Element, private readonly type: ObjectType, private readonly names: readonly string[]) {
    for (const name of names) place.append(...this.#rows(name, this.#field(name)));
  }

  /** What was put in; a number that is none is sent as it is, for the client to refuse. */
  values(): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const [name, control] of this.#controls) {
      if (control.value === "" && control.type !== "file" && this.#field(name).kind !== "string") continue;
      values[name] = control.type === "file" ? this.#files.get(name) : this.#typed(name, control.value);
    }
    return values;
  }

  fill(values: Readonly<Record<string, unknown>>): void {
    for (const [name, control] of this.#controls) {
      control.value = control.type === "file" ? "" : String(values[name] ?? "");
      if (control.type === "file" && values[name] !== undefined) this.#files.set(name, String(values[name]));
      else this.#files.delete(name);
    }
    this.show(null);
  }

  /** Says beside each control what is wrong with it. */
  show(error: CallError | null): void {
    for (const [name, control] of this.#controls) {
      const message = messageAt(error, name);
      control.setAttribute("aria-invalid", String(message !== ""));
      this.#hints.get(name)!.textContent = message;
    }
    [...this.#controls.values()].find((control) => control.getAttribute("aria-invalid") === "true")?.focus();
  }

  /** What an error says of properties that have no control here, or of none. */
  elsewhere(error: CallError): string {
    const unseen = error.violations.filter((violation) => !this.#controls.has(violation.path));
    if (error.violations.length === 0) return error.message;
    return unseen.map((violation) => violation.sentence).join(", ");
  }

  #field(name: string): Field {
    const field = this.type.fields[name];
    if (field === undefined) throw new Error(`${this.type.name} has no ${name}: it has ${this.names.join(", ")}`);
    return field;
  }

  #typed(name: string, text: string): unknown {
    const kind = this.#field(name).kind;
    return kind === "number" || kind === "integer" ? Number(text) : text;
  }

  #rows(name: string, field: Field): Element[] {
    const control = this.#control(name, field);
    control.id = `field-${name}`;
    control.name = name;
    const label = document.createElement("label");
    label.htmlFor = control.id;
    label.textContent = String(field.ui?.["label"] ?? spelled(name));
    const hint = document.createElement("p");
    hint.className = "wrong";
    hint.id = `wrong-${name}`;
    control.setAttribute("aria-describedby", hint.id);
    this.#controls.set(name, control);
    this.#hints.set(name, hint);
    return [label, control, hint];
  }

  #control(name: string, field: Field): Control {
    if (field.choices !== undefined) {
      const select = document.createElement("select");
      select.append(...field.choices.map((choice) => new Option(String(choice))));
      return select;
    }
    if (field.ui?.["widget"] === "textarea") {
      const area = document.createElement("textarea");
      area.rows = 3;
      return area;
    }
    const input = document.createElement("input");
    const { min, max } = limitsOf(field);
    if (name.endsWith("DataUri")) {
      input.type = "file";
      input.accept = "image/*";
      input.addEventListener("change", () => void this.#read(name, input));
    } else if (field.kind === "number" || field.kind === "integer") {
      input.type = "number";
      input.step = "any";
      if (min !== undefined) input.min = String(min);
      if (max !== undefined) input.max = String(max);
    }
    return input;
  }

  async #read(name: string, input: HTMLInputElement): Promise<void> {
    const file = input.files?.[0];
    if (file === undefined) return;
    const reader = new FileReader();
    reader.addEventListener("load", () => this.#files.set(name, String(reader.result)));
    reader.readAsDataURL(file);
  }
}

function spelled(name: string): string {
  const words = name.replace(/DataUri$/, "").replace(/([A-Z])/g, " $1").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
