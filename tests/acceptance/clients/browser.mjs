// What a person does with the pages, in a real browser; prints what was seen as JSON.
import { readdirSync } from "node:fs";
import { chromium } from "playwright-core";

const { site, docs, form, api, token, screenshots } = JSON.parse(process.argv[2]);
const seen = { complaints: [] };
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
  ],
});

async function opened(options, address) {
  const page = await browser.newPage(options);
  page.on("console", (message) => {
    // refused calls are answered with a status, which the browser writes down, too
    const isNoise = message.text().includes("Failed to load resource") || message.text().includes("Deprecated");
    if (["error", "warning"].includes(message.type()) && !isNoise) seen.complaints.push(`${address}: ${message.text()}`);
  });
  page.on("pageerror", (error) => seen.complaints.push(`${address}: ${error.message}`));
  await page.goto(address);
  return page;
}

async function kept(page, name) {
  if (screenshots) await page.screenshot({ path: `${screenshots}/${name}.png` });
}

const desktop = { viewport: { width: 1280, height: 860 } };
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

// the documentation site, from files
{
  const page = await opened(desktop, `file://${site}/index.html`);
  await page.keyboard.press("/");
  await page.keyboard.type("create sales item");
  seen.found = await page.locator("#found a strong").allTextContents();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/salesItemService.html#createSalesItem");
  seen.shown = await page.locator("#createSalesItem h2").textContent();
  seen.isInView = await page.locator("#createSalesItem h2").evaluate((title) => title.getBoundingClientRect().top < innerHeight);
  await kept(page, "site-desktop");
  await page.fill("#search", "nothing is called so");
  seen.nothing = await page.locator("#found").textContent();

  const narrow = await opened(phone, `file://${site}/salesItemService.html`);
  await kept(narrow, "site-phone");
  seen.widths = {};
  for (const name of readdirSync(site).filter((file) => file.endsWith(".html"))) {
    await narrow.goto(`file://${site}/${name}`);
    seen.widths[name] = await narrow.evaluate(() => document.documentElement.scrollWidth);
  }
  await narrow.locator(".menu summary").tap();
  await narrow.locator("nav a", { hasText: "Errors" }).tap();
  await narrow.waitForURL("**/errors.html");
}

// the API page
{
  const page = await opened(desktop, docs);
  await page.locator(".opblock").nth(40).waitFor();
  seen.operations = await page.locator(".opblock").count();
  await page.locator("#operations-salesItemService-salesItemService_createSalesItem button").first().click();
  await page.getByText("Put a thing up for sale").first().waitFor();
  await page.locator("#operations-tag-salesItemService").scrollIntoViewIfNeeded();
  await kept(page, "api-page");
}

// the form page
{
  const page = await opened(desktop, `${form}?api=${encodeURIComponent(api)}`);
  await page.fill("#token", "no token");
  await page.click("#sign-in button");
  await page.locator("#sign-in .said", { hasText: "not authorized" }).waitFor();
  await page.fill("#token", token);
  await page.click("#sign-in button");
  await page.locator("#thing").waitFor();

  await page.fill("#field-title", "t".repeat(65));
  await page.fill("#field-price", "-1");
  await page.fill("#field-shippingCost", "5");
  const calls = [];
  page.on("request", (request) => request.method() === "POST" && calls.push(request.url().split("/").pop()));
  await page.click("#thing button");
  await page.locator("#wrong-title", { hasText: "shorter" }).waitFor();
  seen.refused = {};
  for (const name of ["title", "price", "shippingCost", "primaryImageDataUri"]) {
    seen.refused[name] = await page.locator(`#wrong-${name}`).textContent();
  }
  seen.sentThough = [...calls];
  seen.focused = await page.evaluate(() => document.activeElement.id);
  await kept(page, "form-page");

  await page.fill("#field-title", "Bicycle of Ann");
  await page.fill("#field-description", "Hardly used");
  await page.fill("#field-price", "120.5");
  const picture = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC", "base64");
  await page.setInputFiles("#field-primaryImageDataUri", { name: "bicycle.png", mimeType: "image/png", buffer: picture });
  await page.waitForTimeout(100);
  await page.click("#thing button");
  await page.locator("#things li", { hasText: "Bicycle of Ann, 120.5" }).waitFor();

  await page.click("#things li button");
  await page.locator("#thing h2", { hasText: "Change Bicycle of Ann" }).waitFor();
  await page.fill("#field-price", "99");
  await page.click("#thing button");
  await page.locator("#things li", { hasText: "Bicycle of Ann, 99" }).waitFor();
  seen.listed = await page.locator("#things li span").allTextContents();
}

console.log(JSON.stringify(seen));
await browser.close();
