/** Signs somebody in by a token, puts their things up for sale and changes them. */

import { configure, OwnSalesItemCreate, salesItemService, userAccountService } from "backk-example-microservice-client";

import { TypeForm } from "./form.js";

const NAMES = [
  "title", "description", "price", "shippingCost", "area", "productDepartment", "productCategory", "productSubCategory",
  "primaryImageDataUri",
];

const found = <T extends Element>(selector: string): T => document.querySelector<T>(selector)!;
const thing = found<HTMLFormElement>("#thing");
const form = new TypeForm(found("#thing .fields"), OwnSalesItemCreate, NAMES);

let seller = "";
/** The thing that is changed, as it was read; null where a new one is made. */
let changed: { _id: string; version: number } | null = null;

let token = "";
configure({
  // where the marketplace is, unless it serves this page itself
  baseUrl: new URLSearchParams(location.search).get("api") ?? location.origin,
  token: () => token,
});

found<HTMLFormElement>("#sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  token = found<HTMLInputElement>("#token").value.trim();
  const [account, error] = await userAccountService.getUserAccount({
    includeResponseFields: ["_id", "ownSalesItems._id", "ownSalesItems.title", "ownSalesItems.price"],
  });
  found("#sign-in .said").textContent = error?.message ?? "";
  if (account === null) return;
  seller = account._id;
  found<HTMLElement>("#sign-in").hidden = true;
  found<HTMLElement>("#selling").hidden = false;
  await list();
});

thing.addEventListener("submit", async (event) => {
  event.preventDefault();
  const values = form.values();
  const [, error] = changed === null ? await create(values) : await update(changed, values);
  form.show(error);
  say(error === null ? "Done." : form.elsewhere(error), error === null);
  if (error !== null) return;
  startAnew();
  await list();
});

thing.addEventListener("reset", (event) => {
  event.preventDefault();
  startAnew();
  say("", true);
});

function create(values: Record<string, unknown>) {
  const made = { userAccountId: seller, tags: [], secondaryImageDataUris: [], ...values };
  return salesItemService.createSalesItem(made as unknown as OwnSalesItemCreate);
}

function update(known: { _id: string; version: number }, values: Record<string, unknown>) {
  return salesItemService.updateSalesItem({ ...known, ...values });
}

async function list(): Promise<void> {
  const [account] = await userAccountService.getUserAccount({ includeResponseFields: ["ownSalesItems"] });
  const items = (account?.ownSalesItems ?? []).map(({ _id = "", title, price }) => {
    const item = document.createElement("li");
    const text = document.createElement("span");
    text.textContent = `${title}, ${price} €`;
    const button = document.createElement("button");
    button.className = "quiet";
    button.textContent = "Change";
    button.addEventListener("click", () => void edit(_id));
    item.append(text, button);
    return item;
  });
  found("#things").replaceChildren(...items);
}

async function edit(id: string): Promise<void> {
  const [item, error] = await salesItemService.getSalesItem({ _id: id });
  if (item === null) return say(error.message, false);
  changed = { _id: id, version: Number(item.version) };
  form.fill({ ...item });
  found("#thing h2").textContent = `Change ${item.title}`;
  found("#thing button").textContent = "Save";
}

function startAnew(): void {
  changed = null;
  form.fill({ area: "Area1", productDepartment: "Vehicles", productCategory: "Vehicles", productSubCategory: "Vehicles" });
  found("#thing h2").textContent = "A new thing";
  found("#thing button").textContent = "Put it up for sale";
}

function say(text: string, isGood: boolean): void {
  const said = found("#thing .said");
  said.textContent = text;
  said.classList.toggle("good", isGood);
}

startAnew();
