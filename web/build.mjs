// The page as one script and one sheet of styles, in a C file for the program. usage: build.mjs OUT.c OUT.d
// The same sources give the same bytes. Nothing is fetched: what is needed is in node_modules (make deps).
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const web = dirname(fileURLToPath(import.meta.url));
const [out, deps] = process.argv.slice(2);

const result = await build({
	absWorkingDir: web,
	entryPoints: { page: "src/main.tsx" },
	bundle: true,
	minify: true,
	write: false,
	metafile: true,
	format: "iife",
	target: "es2020",
	charset: "ascii", // within a page, too, whatever it says of itself
	jsx: "automatic",
	jsxImportSource: "preact",
	legalComments: "none",
	outdir: "out",
	logLevel: "warning",
});

const bytes = ending => result.outputFiles.find(f => f.path.endsWith(ending))?.contents ?? new Uint8Array();

// Within <script> and <style> nothing else ends what stands there, and the script's strings are ours to write.
function check(name, text) {
	if (/<\/(script|style)|<!--/i.test(text)) throw new Error(`${name} has in it what would end it within a page`);
}

function literal(data) {
	const lines = [];
	for (let i = 0; i < data.length; i += 24) lines.push("\t" + Array.from(data.subarray(i, i + 24)).join(", ") + ",");
	return lines.join("\n");
}

const hash = data => "sha256-" + createHash("sha256").update(data).digest("base64");

function declare(name, data) {
	check(name, Buffer.from(data).toString());
	return `static const char ${name}[] = {\n${literal(data)}\n\t0\n};\n`;
}

const script = bytes(".js");
const style = bytes(".css");
writeFileSync(out, `/* Made of web/ by web/build.mjs. */
#include "page/bundle.h"

${declare("script", script)}
${declare("style", style)}
const struct page_bundle page_bundle = {
	.script = script,
	.style = style,
	.script_length = ${script.length},
	.style_length = ${style.length},
	.script_hash = "${hash(script)}",
	.style_hash = "${hash(style)}",
};
`);
const inputs = Object.keys(result.metafile.inputs).map(name => join(web, name));
const others = ["build.mjs", "package-lock.json", "tsconfig.json"].map(name => join(web, name));
writeFileSync(deps, `${out}: ${[...inputs, ...others].map(name => name.replaceAll(" ", "\\ ")).join(" ")}\n`);
