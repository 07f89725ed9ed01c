// What the browser's tests share: one browser, pages that remember what they asked for, and checks with a name.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const web = join(dirname(fileURLToPath(import.meta.url)), "../../web");
const require = createRequire(join(web, "package.json"));
const { chromium } = require("playwright-core");

export const sizes = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

export async function launch() {
	return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

// A page of that address; `watched` has what must stay empty. `now`: what its clock says, and goes on saying.
// `routes`: who answers instead of the server, by address.
export async function open(browser, address, options = {}) {
	const opened = await visit(browser, address, options);
	await opened.page.waitForSelector(".verdict-line");
	// A host may have no socket at all: then there is no row to wait for.
	if (await opened.page.evaluate(() => [...document.querySelectorAll("[data-state] b")].some(n => n.textContent !== "0")))
		await opened.page.waitForSelector(".rows .row:not(.waits)");
	return opened;
}

// The same of a fleet's.
export async function openFleet(browser, address, options = {}) {
	const opened = await visit(browser, address, options);
	await opened.page.waitForSelector("#map .node, #map .flow-list li, #map .note");
	return opened;
}

async function visit(browser, address, options) {
	const { size = "wide", dark = false, now, routes = {} } = options;
	const context = await browser.newContext({ viewport: sizes[size], colorScheme: dark ? "dark" : "light", ...options.context });
	await context.grantPermissions(["clipboard-read", "clipboard-write"]).catch(() => {});
	const page = await context.newPage();
	if (now) await page.clock.setFixedTime(now);
	for (const [url, answer] of Object.entries(routes)) await page.route(url, answer);
	const origin = new URL(address).origin;
	const watched = { foreign: [], errors: [] };

	page.on("request", request => {
		if (!request.url().startsWith(address.startsWith("file:") ? address.split("#")[0] : `${origin}/`)) watched.foreign.push(request.url());
	});
	page.on("console", message => { if (message.type() === "error") watched.errors.push(message.text()); });
	page.on("pageerror", error => watched.errors.push(error.message));
	await page.addInitScript(() => {
		window.refused = [];
		document.addEventListener("securitypolicyviolation", event => window.refused.push(`${event.violatedDirective} ${event.blockedURI}`));
		new PerformanceObserver(list => { (window.longTasks ??= []).push(...list.getEntries().map(e => e.duration)); })
			.observe({ type: "longtask" });
	});
	await page.goto(address);
	return { page, watched, close: () => context.close() };
}

export async function violations(page) {
	await page.evaluate(readFileSync(join(web, "node_modules/axe-core/axe.min.js"), "utf8"));
	return page.evaluate(async () => {
		const found = await window.axe.run(document, { resultTypes: ["violations"] });
		return found.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(" ")).slice(0, 3).join("; ")}`);
	});
}

export function expect(condition, ...told) {
	if (!condition) throw new Error(told.map(t => typeof t === "string" ? t : JSON.stringify(t)).join(" "));
}

// Each check is a line: "ok NAME", or "not ok NAME: why".
export async function run(checks) {
	let failed = 0;
	for (const [name, check] of Object.entries(checks)) {
		try {
			await check();
			console.log(`ok ${name}`);
		} catch (error) {
			failed++;
			console.log(`not ok ${name}: ${error.message.split("\n").slice(0, 6).join(" | ")}`);
		}
	}
	return failed;
}

export function figure(name, value) {
	console.log(`# ${name}: ${value}`);
}
