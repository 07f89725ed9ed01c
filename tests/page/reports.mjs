// Opens reports: is the verdict on the first screen, and does the page have what the data has? usage: reports.mjs FILE...
import { basename, resolve } from "node:path";
import { expect, launch, open, run } from "./kit.mjs";

const browser = await launch();
const failed = await run(Object.fromEntries(process.argv.slice(2).map(file => [basename(file, ".html"), async () => {
	const { page, watched, close } = await open(browser, `file://${resolve(file)}`, { context: { offline: true } });
	const data = JSON.parse(await page.locator("#data").textContent());
	const first = data.check.findings[0];
	const place = await page.locator(first ? ".finding-title" : ".verdict-line").first().boundingBox();
	expect(place.y + place.height <= 900, "below the first screen:", place);
	if (first) expect((await page.locator(".finding-title").first().textContent()) === first.shown.title, "another sentence");
	expect(watched.errors.length + watched.foreign.length === 0, watched);
	await close();
}])));
await browser.close();
console.log(`${process.argv.length - 2 - failed} of ${process.argv.length - 2} reports show their first sentence on the first screen`);
process.exit(failed ? 1 : 0);
