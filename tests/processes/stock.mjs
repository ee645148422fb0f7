// Reads diagrams as the stock modeller does: what it warns of, what it would save otherwise, what bpmnlint says.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";

const [, , frontend, ...files] = process.argv;
const require = createRequire(join(frontend, "package.json"));
const { BpmnModdle } = await import(require.resolve("bpmn-moddle"));
const { Linter } = require("bpmnlint");
const NodeResolver = require("bpmnlint/lib/resolver/node-resolver");

const zeebe = require("zeebe-bpmn-moddle/resources/zeebe.json");
// The two attributes that say which platform a diagram is for.
const modeler = {
  name: "modeler",
  uri: "http://camunda.org/schema/modeler/1.0",
  prefix: "modeler",
  xml: { tagAlias: "lowerCase" },
  types: [
    {
      name: "Definitions",
      isAbstract: true,
      extends: ["bpmn:Definitions"],
      properties: [
        { name: "executionPlatform", isAttr: true, type: "String" },
        { name: "executionPlatformVersion", isAttr: true, type: "String" },
      ],
    },
  ],
};
// Rules keep what they saw: each file gets rules of its own, as in the modeller.
const linterOf = () => new Linter({
  config: { extends: ["bpmnlint:recommended", "plugin:camunda-compat/camunda-cloud-8-8"] },
  resolver: new NodeResolver({ require }),
});

const found = {};
for (const file of files) {
  const text = readFileSync(file, "utf8");
  const moddle = new BpmnModdle({ zeebe, modeler });
  const { rootElement, warnings } = await moddle.fromXML(text);
  const said = warnings.map((warning) => warning.message);
  const saved = await moddle.toXML(rootElement, { format: true });
  if (saved.xml !== text) said.push("would be saved otherwise");
  const reports = await linterOf().lint(rootElement);
  for (const [rule, items] of Object.entries(reports)) {
    for (const item of items) said.push(`${rule} ${item.id}: ${item.message}`);
  }
  found[basename(file)] = said;
}
console.log(JSON.stringify(found));
