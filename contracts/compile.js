// Compile every contract here with the pinned compiler into artefacts/<name>.json: the same sources, the same bytes.
"use strict";
const crypto = require("crypto");
const fs = require("fs");
const path = require("path");
const solc = require("solc");

const VERSION = "0.8.11";
const folder = __dirname;
const target = process.argv[2] || path.join(folder, "artefacts");
if (!solc.version().startsWith(VERSION + "+")) throw new Error(`solc ${VERSION} is needed, this is ${solc.version()}`);

const names = fs.readdirSync(folder).filter((name) => name.endsWith(".sol")).sort();
const sources = Object.fromEntries(
  names.map((name) => [name, { content: fs.readFileSync(path.join(folder, name), "utf8") }]),
);
const digest = crypto.createHash("sha256"); // a quick test sees by it that the sources changed
for (const name of names) digest.update(`${name}\n${sources[name].content}`);
const settings = {
  evmVersion: "london",
  optimizer: { enabled: true, runs: 200 },
  metadata: { bytecodeHash: "none" },
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
};
const output = JSON.parse(solc.compile(JSON.stringify({ language: "Solidity", sources, settings })));
for (const message of output.errors || []) process.stderr.write(message.formattedMessage + "\n");
if ((output.errors || []).length) process.exit(1); // a warning fails as well

const sourcesDigest = digest.digest("hex");
fs.mkdirSync(target, { recursive: true });
for (const name of names) {
  const contract = path.basename(name, ".sol");
  const made = output.contracts[name][contract];
  if (!made || !made.evm.bytecode.object) continue; // shared parts have no code of their own
  const artefact = {
    contract,
    compiler: solc.version(),
    evmVersion: settings.evmVersion,
    sources: sourcesDigest,
    abi: made.abi,
    bytecode: made.evm.bytecode.object,
    deployedBytecode: made.evm.deployedBytecode.object,
  };
  fs.writeFileSync(path.join(target, `${contract}.json`), JSON.stringify(artefact, null, 1) + "\n");
  process.stdout.write(`${contract}: ${made.evm.deployedBytecode.object.length / 2} bytes\n`);
}
