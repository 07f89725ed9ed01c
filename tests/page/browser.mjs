// A real browser at the page and at a report. usage: browser.mjs SITE CROWD-SITE REPORT CHECK.json CHECK.txt
// A line a check; figures are comments, for a busy machine's time proves nothing.
import { readFileSync } from "node:fs";
import { expect, figure, launch, open, run, violations } from "./kit.mjs";

const [site, crowdSite, report, checkFile, textFile] = process.argv.slice(2);
const check = JSON.parse(readFileSync(checkFile, "utf8"));
const plain = text => text.replace(/\s+/g, " ").trim();
const spoken = plain(readFileSync(textFile, "utf8"));
const browser = await launch();
const wide = await open(browser, site);

// What a page says, as lists of texts.
function words(page) {
	return page.evaluate(() => {
		const text = e => (e?.textContent ?? "").replace(/\s+/g, " ").trim();
		const one = selector => text(document.querySelector(selector));
		return {
			verdict: one(".verdict-line"),
			states: Object.fromEntries([...document.querySelectorAll("[data-state]")].map(e => [e.dataset.state, text(e.querySelector("b"))])),
			findings: [...document.querySelectorAll(".finding")].map(f => ({
				id: text(f.querySelector(".cause")),
				severity: text(f.querySelector(".severity")),
				title: text(f.querySelector(".finding-title")),
				lines: [...f.querySelectorAll("dd p")].map(p => {
					const command = p.querySelector("code");
					return { text: [...p.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join("").replace(/\s+/g, " ").trim().replace(/:$/, ""), command: command && text(command) };
				}),
			})),
		};
	});
}

function sameWords(said) {
	expect(plain(check.shown.verdict + check.shown.circumstances) === said.verdict, said.verdict);
	expect(said.findings.length === check.findings.length && check.findings.length > 1, "findings", said.findings.length);
	check.findings.forEach((finding, i) => {
		const is = said.findings[i];
		expect(is.id === finding.id && is.severity === finding.severity && is.title === plain(finding.shown.title), is);
		expect(spoken.includes(is.title), "check does not say", is.title);
		const lines = finding.shown.lines.map(l => ({ text: plain(l.text), command: l.command && plain(l.command) }));
		const sort = all => all.map(l => JSON.stringify(l)).sort();
		expect(JSON.stringify(sort(lines)) === JSON.stringify(sort(is.lines)), lines, is.lines);
		for (const line of lines) expect(spoken.includes(line.text), "check does not say", line.text);
	});
	for (const [state, n] of Object.entries(check.states)) expect(Number(said.states[state].replace(/,/g, "")) === n, state, said.states[state]);
}

const total = async page => Number((await page.locator(".total b").textContent()).replace(/,/g, ""));
const first = (page, field) => page.locator(`.rows .row[aria-rowindex="2"] .${field}`).textContent();
// Looked at from outside: the page's own policy lets nobody evaluate a text in it.
async function settled(page, test, limit = 15000) {
	const source = typeof test === "string" ? test : `(${test})()`;
	for (const end = Date.now() + limit; ; await new Promise(resolve => setTimeout(resolve, 30))) {
		if (await page.evaluate(source).catch(() => false)) return;
		if (Date.now() > end) throw new Error(`did not come true: ${source}`);
	}
}
const state = name => `[data-state=${name}]`;

async function sees() {
	const { page } = wide;
	expect((await page.locator(".verdict-line").textContent()).startsWith("critical on "), "verdict");
	const box = await page.locator(".finding-title").first().boundingBox();
	expect(box.y + box.height < 900, "the first finding is not on the first screen");
	expect(/fetch-profiles\[\d+\] does not close connections that the peer has finished/.test(await page.locator(".finding-title").first().textContent()));
	expect(/from \d\d:\d\d:\d\d/.test(await page.locator(".sparkline").first().textContent()), "how its count went");
	expect(await page.locator(".sparkline .release").count() > 0, "the release beside the finding");
	const answers = {
		since: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d .* ago\).* fetch-profiles\[\d+\] was started with another version of its script/,
		ends: /^(now|in [^:]*): /,
		suffers: /login-service\[\d+\]: bind\(0\.0\.0\.0:0\) failed with EADDRINUSE/,
		now: /^restart it .*for real: *unfin reclaim 'pid == \d+' .*--apply/,
	};
	for (const [label, answer] of Object.entries(answers)) {
		const line = page.locator(`.finding:first-of-type .line-${label} dd`).first();
		expect(answer.test(plain(await line.textContent())), label, await line.textContent());
		const { y, height } = await line.boundingBox();
		expect(y + height < 900, label, "is not on the first screen", y + height);
	}
}

async function filters() {
	const { page } = wide;
	await page.click(state("close_wait"));
	await settled(page, () => [...document.querySelectorAll(".rows .row .state")].every(e => e.textContent === "CLOSE-WAIT"));
	await settled(page, `document.querySelector(".total b").textContent === "${check.states.close_wait}"`);
	expect((await page.locator(".strip figcaption").first().textContent()).includes("of those that match"), "the strip");
	await settled(page, () => document.querySelectorAll(".flow:not(.flow-close_wait)").length === 0);
	expect(page.url().includes("expr=state"), "the address has the filter");
	await page.click(state("close_wait"));
	await settled(page, () => !document.querySelector(".filtered"));
}

const either = "state == fin-wait2 or state == close-wait"; // both ends of the leak
const expression = page => new URLSearchParams(new URL(page.url()).hash.slice(1)).get("expr");
const showsTotal = (page, shown) => settled(page, `document.querySelector(".total b").textContent === "${shown}"`);

// A choice shows as many sockets as it has counted, of those that were asked for before; made again it is taken back.
async function chooses(page, choice, shown) {
	const before = await page.locator(".total b").textContent();
	await choice.click();
	await showsTotal(page, shown);
	expect(before !== shown && expression(page).startsWith(`(${either}) and `), expression(page));
	await choice.click();
	await showsTotal(page, before);
}

async function addsChoices() {
	const asked = `${site}/#${new URLSearchParams({ expr: either })}`;
	const { page, close } = await open(browser, asked);
	const program = page.locator('.node.program[role=button][aria-label*="fetch-profiles"]');
	await program.waitFor();
	await chooses(page, program, /[\d,]+(?= \()/.exec(await program.getAttribute("aria-label"))[0]);
	await close();
	const phone = await open(browser, asked, { size: "phone" });
	await phone.page.waitForSelector(".flow-list li");
	const rows = await phone.page.locator(".flow-list li").evaluateAll(all => all.map(e => [e.querySelector("button").textContent.trim(), e.querySelector("b").textContent]));
	expect(rows.length > 1, rows);
	for (const [text, shown] of rows) await chooses(phone.page, phone.page.locator(".flow-list button", { hasText: text }), shown);
	await phone.close();
}

async function movesBack() {
	const { page } = wide;
	await page.focus(".slider input");
	await page.keyboard.press("Home");
	await settled(page, () => document.querySelector(".verdict-line").textContent.startsWith("nothing"));
	expect(/at=20/.test(page.url()), page.url());
	const then = (await words(page)).states.close_wait;
	expect(Number(then) < 20, "CLOSE-WAIT before the fault", then);
	await page.click(".slider button:text('now')");
	await settled(page, () => document.querySelector(".verdict-line").textContent.startsWith("critical"));
}

async function copies() {
	const { page } = wide;
	await page.locator(".line-now .copy").first().click();
	const copied = await page.evaluate(() => navigator.clipboard.readText());
	expect(copied === await page.locator(".line-now code").first().textContent() && copied.startsWith("unfin reclaim"), copied);
}

async function refusesWrongExpressions() {
	const { page } = wide;
	await page.fill("#expr", "aeg > 10m");
	await page.keyboard.press("Enter");
	await page.waitForSelector("#sockets .trouble");
	expect((await page.locator("#sockets .trouble").textContent()).includes('no field is called "aeg"'), "what is wrong");
	await page.fill("#expr", "");
	await page.keyboard.press("Enter");
	await settled(page, () => !document.querySelector("#sockets .trouble"));
}

// Where the history would stand, whether the server refuses it or is not there.
async function saysThatHistoryIsUnread() {
	const refusal = { what: "the history cannot be read", why: "Input/output error", mend: null };
	const answers = [
		[route => route.fulfill({ status: 503, json: refusal }), "the history cannot be read (Input/output error)"],
		[route => route.abort(), "the server does not answer; is unfin web still running?"],
	];
	for (const [answer, told] of answers) {
		const { page, close } = await open(browser, site, { routes: { "**/api/v1/timeline*": answer } });
		await settled(page, `document.querySelector("#sockets + .trouble")?.textContent === ${JSON.stringify(told)}`);
		expect(await page.locator("#time").count() === 0, "a history that was not read");
		await close();
	}
}

// From a click to the rows that follow from it, in the page's own time.
function timed(page, selector, total) {
	return page.evaluate(async ([selector, total]) => {
		const begun = performance.now();
		document.querySelector(selector).click();
		while (document.querySelector(".total b").textContent !== total || document.querySelector(".rows .waits"))
			await new Promise(requestAnimationFrame);
		return Math.round(performance.now() - begun);
	}, [selector, total]);
}

// The rows in sight, from the first one on, by their two ends: no two sockets of the crowd have both.
function endsShown() {
	const text = (row, field) => row.querySelector(`.${field}`).textContent;
	return [...document.querySelectorAll(".rows .row")].sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)
		.map(row => `${text(row, "local")} ${text(row, "peer")}`);
}

// window.asked: the same rows, as the server has them in that order.
function askEnds(page, sort) {
	return page.evaluate(async sort => {
		const answer = await fetch(`/api/v1/list?sort=${sort}&limit=200&columns=local,peer`).then(r => r.json());
		window.asked = answer.sockets.map(row => `${row.local} ${row.peer}`);
	}, sort);
}

async function sortsBy(page, heading, field) {
	await page.locator(`.heading button:has-text("${heading}")`).click();
	await settled(page, `document.querySelector('[aria-sort=descending]')?.textContent.startsWith(${JSON.stringify(heading)})`);
	await askEnds(page, `-${field}`);
	await settled(page, `(rows => rows.length > 10 && rows.join() === window.asked.slice(0, rows.length).join())((${endsShown})())`);
}

// What a scroll of so many pixels costs: of how many rows words were set, frame by frame, until all are there.
function rowsChanged(page, by) {
	return page.evaluate(async by => {
		const scroll = document.querySelector(".scroll"), rows = document.querySelector(".rows"), frames = [];
		const changed = new Set(), rowOf = node => (node.closest ? node : node.parentElement)?.closest(".row");
		const observer = new MutationObserver(all => all.forEach(r => changed.add(rowOf(r.target))));
		observer.observe(rows, { characterData: true, childList: true, subtree: true });
		scroll.scrollTop += by;
		for (let quiet = 0; quiet < 10; quiet++) {
			await new Promise(requestAnimationFrame);
			const worded = [...changed].filter(row => row && !row.classList.contains("waits")).length;
			if (worded) frames.push(worded);
			if (changed.size || document.querySelector(".rows .waits")) quiet = 0;
			changed.clear();
		}
		observer.disconnect();
		const owned = (scroll.getAttribute("aria-owns") ?? "").split(" ").slice(1).map(id => Number(document.getElementById(id).ariaRowIndex));
		return { frames, shown: rows.children.length, inOrder: owned.every((at, i) => at === owned[0] + i) && owned.length === rows.children.length };
	}, by);
}

// A row that stays in sight keeps its words, and no frame sets those of all rows: this is what a frame costs. All are of
// one answer of the server (200 rows), before and after.
async function setsFewWords(page) {
	await page.evaluate(() => { document.querySelector(".scroll").scrollTop = 903000; });
	await settled(page, () => !document.querySelector(".rows .waits"));
	await rowsChanged(page, 0);
	const step = await rowsChanged(page, 90), far = await rowsChanged(page, 300000);
	const sum = all => all.reduce((a, b) => a + b, 0);
	figure("rows whose words were set, frame by frame: by 3 rows, by 10,000", JSON.stringify([step.frames, far.frames]));
	expect(sum(step.frames) === 3 && step.inOrder, step);
	expect(sum(far.frames) >= far.shown && Math.max(...far.frames) <= 16 && far.inOrder, far);
}

async function sortsAndScrolls() {
	const { page, watched, close } = await open(browser, crowdSite);
	const all = await total(page);
	expect(all > 100000, "rows", all);
	const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
	figure(`${all} sockets, first paint, ms`, Math.round(paint));
	for (const [heading, field] of [["Recv-Q", "recv_q"], ["Local Address:Port", "local"], ["Age", "age_ms"]]) await sortsBy(page, heading, field);
	const asked = await page.evaluate(() => fetch("/api/v1/list?sort=-recv_q&limit=1&columns=recv_q").then(r => r.json()).then(d => d.sockets[0].recv_q));
	await page.locator('.heading button:has-text("Recv-Q")').click();
	await settled(page, `document.querySelector('.rows .row[aria-rowindex="2"] .recv_q')?.textContent === "${asked}"`);
	const chosen = await page.evaluate(() => fetch("/api/v1/list?limit=0&expr=state+%3D%3D+established").then(r => Number(r.headers.get("Unfin-Rows-Total"))));
	const shown = chosen.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ",");
	figure("a filter by a click, ms", await timed(page, state("established"), shown));
	await page.evaluate(() => { window.longTasks = []; });
	const scrolled = await page.evaluate(async () => {
		const scroll = document.querySelector(".scroll");
		let worst = 0;
		for (let i = 0, before = performance.now(); i < 120; i++) {
			scroll.scrollTop += i % 10 ? 400 : 200000;
			await new Promise(requestAnimationFrame);
			const now = performance.now();
			worst = Math.max(worst, now - before);
			before = now;
		}
		return Math.round(worst);
	});
	figure("the longest frame of 120 while scrolling, ms", scrolled);
	figure("tasks longer than 50 ms while scrolling", JSON.stringify(await page.evaluate(() => window.longTasks.map(Math.round))));
	await page.evaluate(() => { document.querySelector(".scroll").scrollTop = 1e9; });
	await settled(page, `document.querySelector('.rows .row[aria-rowindex="${chosen + 1}"]') && !document.querySelector(".rows .waits")`);
	await setsFewWords(page);
	expect(watched.errors.length + watched.foreign.length === 0, watched);
	await close();
}

// Every thing that can be chosen is reached by Tab alone, in the order of the page, and seen when it is.
async function keyboard() {
	const { page } = wide;
	await page.evaluate(() => { document.querySelector(".brand").focus(); });
	const reached = new Set();
	for (let i = 0; i < 200; i++) {
		await page.keyboard.press("Tab");
		const name = await page.evaluate(() => {
			const e = document.activeElement;
			if (e === document.body) return null;
			const style = getComputedStyle(e);
			const seen = style.outlineStyle !== "none" || style.boxShadow !== "none";
			return `${e.closest("section")?.id ?? e.closest("header, .slider")?.className ?? "?"}${seen ? "" : " unseen"}`;
		});
		if (name === null) break;
		reached.add(name);
	}
	for (const part of ["top", "verdict", "states", "ports", "flows", "sockets", "time", "slider"]) expect(reached.has(part), part, [...reached]);
	expect(![...reached].some(name => name.endsWith(" unseen")), [...reached]);
	await page.focus(state("time_wait"));
	await page.keyboard.press("Space");
	await settled(page, () => document.querySelector(".filtered")?.textContent.includes("time-wait"));
	await page.keyboard.press("Space");
	await settled(page, () => !document.querySelector(".filtered"));
}

async function axe() {
	for (const options of [{}, { dark: true }, { size: "phone" }]) {
		const { page, close } = await open(browser, site, { ...options, context: { bypassCSP: true } });
		const found = await violations(page);
		expect(found.length === 0, JSON.stringify(options), found);
		await close();
	}
	const { page, close } = await open(browser, `file://${report}`, { context: { bypassCSP: true } });
	const found = await violations(page);
	expect(found.length === 0, "the report", found);
	await close();
}

async function fitsPhone() {
	const { page, watched, close } = await open(browser, site, { size: "phone", dark: true });
	const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
	expect(inner <= outer, `the page is ${inner} wide, the screen ${outer}`);
	expect((await page.locator(".finding-title").first().boundingBox()).y < 844, "the first finding is not on the first screen");
	expect(watched.errors.length === 0, watched.errors);
	await close();
}

async function staysHome() {
	const { page, watched } = wide;
	expect(watched.foreign.length === 0, watched.foreign);
	expect(watched.errors.filter(e => !e.includes("400")).length === 0, watched.errors); // the expression that was refused
	expect((await page.evaluate(() => window.refused)).length === 0, await page.evaluate(() => window.refused));
}

// By the clock of the browser: of now, nothing is said; later it is told how old it is, on paper, too.
async function tellsItsAge() {
	const taken = Date.parse(check.taken_at);
	const told = "a recording: as it was 28 min ago; check that these processes still exist before you run anything";
	for (const address of [site, `file://${report}`]) {
		const fresh = await open(browser, address, { now: taken + 5e3 });
		expect(await fresh.page.locator(".recording").count() === 0, address, "is of now");
		await fresh.close();
		for (const dark of [false, true]) {
			const { page, close } = await open(browser, address, { now: taken + 28 * 60e3 + 13e3, dark, context: { bypassCSP: true } });
			expect(plain(await page.locator(".recording").textContent()) === told, address, await page.locator(".recording").textContent());
			expect((await violations(page)).length === 0, address, await violations(page));
			await page.emulateMedia({ media: "print" });
			expect(await page.locator(".recording").isVisible(), "not on paper");
			await close();
		}
	}
}

// A file without a history has no such part, nor a link to it.
async function linksToWhatIsThere() {
	for (const address of [site, crowdSite, `file://${report}`]) {
		const { page, close } = await open(browser, address);
		await settled(page, () => {
			const names = { Verdict: "verdict", States: "states", Ports: "ports", Who: "flows", Ages: "ages", Sockets: "sockets", Time: "time" };
			const links = [...document.querySelectorAll("nav button")].map(e => names[e.textContent]).join();
			return links === [...document.querySelectorAll("main > section")].map(e => e.id).join() && links.startsWith("verdict,states,");
		});
		await close();
	}
}

async function reportOpens() {
	const { page, watched, close } = await open(browser, `file://${report}`, { context: { offline: true } });
	sameWords(await words(page));
	expect(await first(page, "state") === "CLOSE-WAIT", "the first finding's sockets do not come first");
	await page.click(state("close_wait"));
	await settled(page, `document.querySelector(".total b").textContent === "${check.states.close_wait}"`);
	await page.locator('.heading button:has-text("Peer")').click();
	expect(await first(page, "state") === "CLOSE-WAIT", "the table");
	expect(watched.foreign.length + watched.errors.length === 0, watched);
	expect((await page.evaluate(() => window.refused)).length === 0, "its own policy refuses something");
	await close();
}

const failed = await run({
	"the first screen: who, since when and after what, until when, who suffers, what to type": sees,
	"page and check say the same": async () => sameWords(await words(wide.page)),
	"report and check say the same, without a network": reportOpens,
	"a click on CLOSE-WAIT filters what is below": filters,
	"a choice of who talks to whom comes to what was asked for": addsChoices,
	"the slider goes back to before the fault": movesBack,
	"a recording says how old it is, and what to check first": tellsItsAge,
	"the header links to the parts that are there": linksToWhatIsThere,
	"a history that cannot be read is said": saysThatHistoryIsUnread,
	"a command is copied": copies,
	"a wrong expression is told in the words of unfin list": refusesWrongExpressions,
	"100,000 rows are sorted, filtered, scrolled to their end": sortsAndScrolls,
	"the keyboard alone reaches everything": keyboard,
	"axe finds nothing: light, dark, narrow, the report": axe,
	"a phone's width is enough": fitsPhone,
	"no foreign request, no refused one": staysHome,
});
await browser.close();
process.exit(failed ? 1 : 0);
