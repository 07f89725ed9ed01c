// Pictures of a fleet's page. usage: fleet-screenshots.mjs FOLDER SITE SAID PARTLY-SEEN
import { launch, openFleet } from "./kit.mjs";

const [folder, site, , partly] = process.argv.slice(2);
const browser = await launch();

async function picture(name, address, options, chosen) {
	const { page, close } = await openFleet(browser, address, options);
	if (chosen !== undefined) {
		await page.locator(".pair-head").nth(chosen).click();
		await page.waitForSelector(".ladder");
	}
	await page.waitForTimeout(400); // what comes after the pairs
	await page.evaluate(() => { document.querySelector(".top").style.position = "static"; });
	await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
	await close();
	console.log(`${folder}/${name}.png`);
}

await picture("fleet", site, {}, 3);
await picture("fleet-dark", site, { dark: true }, 4);
await picture("fleet-phone", site, { size: "phone", dark: true }, 3);
await picture("fleet-partly-seen", partly, {}, 0);
const { page, close } = await openFleet(browser, site);
await page.evaluate(() => { document.querySelector(".top").style.display = "none"; });
await page.locator("#map").screenshot({ path: `${folder}/fleet-map.png` });
await page.locator(".pair-head").nth(3).click();
await page.waitForSelector(".ladder");
await page.locator(".pair.open").screenshot({ path: `${folder}/fleet-ladder.png` });
await close();
await browser.close();
