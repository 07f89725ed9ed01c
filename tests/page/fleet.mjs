// A real browser at the page of a fleet. usage: fleet.mjs SITE FOLDER SITE-PARTLY-SEEN; a line a check.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, launch, openFleet, run, violations } from "./kit.mjs";

const [site, folder, partly] = process.argv.slice(2);
const plain = text => text.replace(/\s+/g, " ").trim();
const said = question => JSON.parse(readFileSync(`${folder}/${question}.json`, "utf8"));
const pairs = said("pairs"), spoken = plain(readFileSync(`${folder}/pairs.txt`, "utf8"));
const browser = await launch();
const texts = async (page, selector) => (await page.locator(selector).allTextContents()).map(plain);
const same = (is, wanted) => expect(JSON.stringify(is) === JSON.stringify(wanted), "it says", is, "and not", wanted);

// What `unfin fleet QUESTION` prints, whatever it ends with.
function unfin(...words) {
	try {
		return execFileSync(process.env.UNFIN, ["fleet", ...words], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
	} catch (error) {
		if (error.status > 3) throw error;
		return error.stdout;
	}
}

async function tellsCoverage() {
	const { page, close } = await openFleet(browser, site);
	same(plain(await page.locator(".coverage").textContent()), pairs.shown.head);
	expect(spoken.startsWith(pairs.shown.head), spoken);
	same(await texts(page, ".coverage-counts li"), Object.entries(pairs.coverage.hosts).map(([name, n]) => `${n} ${name}`));
	await close();
	const other = await openFleet(browser, partly);
	const counts = await texts(other.page, ".coverage-counts .warning");
	expect(counts.includes("1 silent"), counts);
	const gaps = await texts(other.page, ".gap");
	expect(gaps.some(gap => /^not seen \.\/damaged&\.unfin: /.test(gap)), gaps);
	expect(!/nobody owes|nothing wrong/.test(await other.page.locator("main").textContent()), "all is well, where not all was seen");
	await other.close();
}

async function drawsMap() {
	const { page, close } = await openFleet(browser, site);
	const edges = (await texts(page, ".flow title")).sort();
	same(edges, pairs.pairs.map(pair => `${pair.shown.ower} → ${pair.shown.owed}: ${pair.shown.verdict}, ${pair.count}`).sort());
	for (const { service, judged } of said("leaks").services)
		expect(edges.some(edge => edge.startsWith(`${service} → `) && edge.endsWith(`, ${judged}`)), service);
	const widths = await page.locator(".flow").evaluateAll(all => all.map(e => [Number(/\d+$/.exec(e.textContent)[0]), parseFloat(e.style.strokeWidth)]));
	for (const [n, width] of widths) for (const [m, other] of widths) expect(n <= m || width > other, "width by count", widths);
	await page.locator(".node", { hasText: "scanner" }).click();
	same(await texts(page, ".pair-head span"), [pairs.pairs.find(pair => pair.shown.ower === "scanner").shown.title]);
	await page.waitForSelector("#releases td");
	await page.goBack();
	same(await texts(page, ".pair-head span"), pairs.pairs.map(pair => pair.shown.title));
	await close();
}

async function listsPairs() {
	const { page, close } = await openFleet(browser, site);
	same(await texts(page, ".pair-head span"), pairs.pairs.map(pair => pair.shown.title));
	for (const pair of pairs.pairs) expect(spoken.includes(pair.shown.title), "unfin fleet does not say", pair.shown.title);
	await close();
}

// Label, ours, theirs, as the command line has them beside each other.
async function showsLadders() {
	const { page, close } = await openFleet(browser, site);
	for (const [i, pair] of pairs.pairs.entries()) {
		const ladder = unfin("peer", pair.ours.socket, ...await page.evaluate(() => document.documentElement.dataset.fleet.split(" ")));
		const lines = ladder.split("\n").map(plain).filter(Boolean);
		await page.locator(".pair-head").nth(i).click();
		await page.waitForSelector(`.pair:nth-child(${i + 1}) .ladder`);
		const rungs = await page.locator(".pair.open .ladder tr:not(.wire)").evaluateAll(rows => rows.map(row => [...row.cells].map(cell => cell.textContent).join(" ")));
		const verdict = await page.locator(".pair.open .ladder-verdict").textContent();
		same([...rungs.map(plain), plain(verdict)].join(" "), lines.join(" "));
		expect((await page.locator(".pair.open .wire .segment").count()) === Number(["ours", "theirs", "between"].includes(pair.fin_from)), "the FIN", pair.fin_from);
		expect(page.url().includes(encodeURIComponent(pair.ours.socket)), "the address has the connection");
	}
	await close();
}

// Each command says on the command line what its part says here.
async function copiesCommands() {
	const { page, close } = await openFleet(browser, site);
	await page.locator(".pair-head").first().click();
	await page.waitForSelector(".ladder");
	const commands = await texts(page, ".command code");
	same(commands.map(command => command.split(" ")[2]), ["status", "pairs", "peer", "leaks", "ports", "stale-pools"]);
	for (const command of commands) expect(unfin(...command.split(" ").slice(2)).length > 0, command);
	await page.locator("#leaks .copy").click();
	same(await page.evaluate(() => navigator.clipboard.readText()), commands[3]);
	await close();
}

async function showsTables() {
	const { page, close } = await openFleet(browser, site);
	await page.waitForSelector("#pools td");
	for (const [id, question] of [["leaks", "leaks"], ["pools", "stale-pools"]]) {
		const { headings, cells } = said(question).shown;
		same(await texts(page, `#${id} th`), headings.map(heading => heading.text));
		same(await texts(page, `#${id} td`), cells.flat());
	}
	same(await texts(page, "#ports .note"), [said("ports").shown.none]);
	await close();
}

async function namesAreText() {
	const { page, watched, close } = await openFleet(browser, partly);
	const all = await page.locator("main").textContent();
	for (const name of ["<img src=x>", '<i>serve"&', "<b>host</b>", "damaged&.unfin"]) expect(all.includes(name), "not shown:", name);
	expect(await page.locator("main img, #map b, .pair i, .pair s").count() === 0, "a name became markup");
	await page.locator(".pair-head", { hasText: "<img src=x>" }).first().click();
	await page.waitForSelector(".ladder");
	expect((await page.locator(".ladder").textContent()).includes("<img src=x>"), "the ladder");
	const command = plain(await page.locator("#leaks code").textContent());
	expect(!/[<>&;]/.test(command) && command.endsWith("FILE..."), "a command with what a shell obeys", command);
	await page.locator(".node", { hasText: '<i>serve"&' }).first().click();
	const releases = await (await page.waitForSelector("#releases code")).textContent();
	expect(releases.startsWith(`unfin fleet releases '<i>serve"&' `), "a name that is more than a word", releases);
	expect(watched.errors.length + watched.foreign.length === 0 && (await page.evaluate(() => window.refused)).length === 0, watched);
	await close();
}

async function tellsWhyNot() {
	const { page, close } = await openFleet(browser, partly);
	const unknown = page.locator(".pair.is-unknown .pair-head");
	expect(await unknown.count() > 0, "unknown ends");
	expect(/no file is of a host with the address|translates addresses/.test(await unknown.first().textContent()), await unknown.first().textContent());
	await unknown.first().click();
	await page.waitForSelector(".ladder.one-end");
	expect((await page.locator(".ladder").textContent()).includes("not in view"), "the other end");
	await close();
}

async function keyboard() {
	const { page, close } = await openFleet(browser, site);
	await page.waitForSelector("#pools td");
	const reached = new Set();
	for (let i = 0; i < 100; i++) {
		await page.keyboard.press("Tab");
		const name = await page.evaluate(() => {
			const e = document.activeElement;
			if (e === document.body) return null;
			return `${e.closest("section")?.id ?? e.closest("header")?.className ?? "?"}${getComputedStyle(e).outlineStyle === "none" ? " unseen" : ""}`;
		});
		if (name === null) break;
		reached.add(name);
	}
	same([...reached], ["top", "hosts", "map", "pairs", "leaks", "ports", "pools"]);
	await page.locator(".node").first().focus();
	await page.keyboard.press("Enter");
	await page.waitForSelector(".filtered");
	await page.locator(".pair-head").first().focus();
	await page.keyboard.press("Space");
	await page.waitForSelector(".ladder");
	await page.keyboard.press("Space");
	expect(await page.locator(".ladder").count() === 0, "it closes again");
	await close();
}

async function axe() {
	for (const address of [site, partly])
		for (const options of [{}, { dark: true }, { size: "phone" }]) {
			const { page, close } = await openFleet(browser, address, { ...options, context: { bypassCSP: true } });
			await page.locator(".pair-head").first().click();
			await page.waitForSelector(".ladder");
			const found = await violations(page);
			expect(found.length === 0, address, JSON.stringify(options), found);
			await close();
		}
}

async function fits() {
	for (const options of [{}, { size: "phone", dark: true }]) {
		const { page, watched, close } = await openFleet(browser, site, options);
		await page.locator(".pair-head").first().click();
		await page.waitForSelector(".ladder");
		const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
		expect(inner <= outer, `the page is ${inner} wide, the screen ${outer}`);
		expect(watched.errors.length + watched.foreign.length === 0, watched);
		expect((await page.evaluate(() => window.refused)).length === 0, "its own policy refuses something");
		await close();
	}
}

const failed = await run({
	"how far the fleet was seen comes first, and nothing is well that was not": tellsCoverage,
	"the map has an edge for each pair, as wide as it has connections": drawsMap,
	"the list says what unfin fleet pairs says": listsPairs,
	"a pair's ladder says what unfin fleet peer says": showsLadders,
	"each part has its command": copiesCommands,
	"leaks, ports and pools are tables of the command line": showsTables,
	"names are text, whoever chose them": namesAreText,
	"an end that is not known says why": tellsWhyNot,
	"the keyboard alone reaches everything": keyboard,
	"axe finds nothing: light, dark, narrow, partly seen": axe,
	"a desk's and a phone's width are enough, and nothing is asked elsewhere": fits,
});
await browser.close();
process.exit(failed ? 1 : 0);
