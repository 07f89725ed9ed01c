// Pictures of each part. usage: screenshots.mjs FOLDER SITE CROWD-SITE REPORT …
import { launch, open } from "./kit.mjs";

const [folder, site, crowd, report] = process.argv.slice(2);
const browser = await launch();

async function picture(name, address, options, look) {
	const { page, close } = await open(browser, address, options);
	await page.waitForTimeout(600); // what comes after the rows
	if (look) await look(page);
	await page.screenshot({ path: `${folder}/${name}.png`, fullPage: options.full ?? false });
	await close();
	console.log(`${folder}/${name}.png`);
}

const parts = ["verdict", "states", "ports", "flows", "ages", "sockets", "time"];
const { page, close } = await open(browser, site);
await page.waitForTimeout(600);
await page.evaluate(() => { for (const bar of document.querySelectorAll(".top, .slider")) bar.style.display = "none"; }); // they would lie over a part
for (const part of parts) {
	await page.locator(`#${part}`).screenshot({ path: `${folder}/${part}.png` });
	console.log(`${folder}/${part}.png`);
}
await close();
await picture("first-screen", site, {});
await picture("first-screen-dark", site, { dark: true });
await picture("all-dark", site, { dark: true, full: true });
await picture("phone", site, { size: "phone", full: true });
await picture("phone-dark-first", site, { size: "phone", dark: true });
await picture("filtered", site, {}, async page => {
	await page.click("[data-state=close_wait]");
	await page.waitForTimeout(600);
	await page.locator("#states").scrollIntoViewIfNeeded();
});
await picture("before", site, {}, async page => {
	await page.focus(".slider input");
	await page.keyboard.press("Home");
	await page.waitForTimeout(1000);
});
await picture("crowd", crowd, { full: true });
await picture("report", `file://${report}`, { full: true });
const print = await open(browser, `file://${report}`);
await print.page.pdf({ path: `${folder}/report.pdf`, format: "A4", printBackground: true });
await browser.close();
