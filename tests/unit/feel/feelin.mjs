// Evaluates FEEL with feelin: reads [{expression, context}] as JSON, writes [{value} | {error}] as JSON.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const { evaluate } = await import(pathToFileURL(`${process.argv[2]}/dist/index.js`));

function answer({ expression, context }) {
  try {
    const value = evaluate(expression, context).value;
    return { value: value === undefined ? null : value };
  } catch (error) {
    return { error: String(error.message) };
  }
}

const cases = JSON.parse(readFileSync(0, 'utf-8'));
process.stdout.write(JSON.stringify(cases.map(answer)));
