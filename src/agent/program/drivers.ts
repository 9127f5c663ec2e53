/**
 * Runs `handler(input)` of a JavaScript or TypeScript file: input as JSON on standard input, result
 * as JSON on standard output, whatever the handler prints on standard error.
 */
export const NODE_DRIVER = `
import { pathToFileURL } from 'node:url';
const print = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
try {
  let text = '';
  for await (const piece of process.stdin.setEncoding('utf8')) text += piece;
  const found = await import(pathToFileURL(process.argv[1]).href);
  const handler = found.handler ?? found.default;
  if (typeof handler !== 'function') throw new TypeError('it exports no function handler(input)');
  const result = await handler(JSON.parse(text));
  print(JSON.stringify(result ?? null), () => process.exit(0));
} catch (error) {
  process.stderr.write(String(error), () => process.exit(1));
}
`;

/** The same for a Python file that defines `handler(input)`. */
export const PYTHON_DRIVER = `
import asyncio, importlib.util, inspect, json, os, sys
out, sys.stdout = sys.stdout, sys.stderr
sys.path.insert(0, os.path.dirname(sys.argv[1]))
spec = importlib.util.spec_from_file_location('tool', sys.argv[1])
module = importlib.util.module_from_spec(spec)
try:
    spec.loader.exec_module(module)
    result = module.handler(json.load(sys.stdin))
    if inspect.isawaitable(result):
        async def wait(): return await result
        result = asyncio.run(wait())
    json.dump(result, out)
except Exception as error:
    print(type(error).__name__ + ': ' + str(error), file=sys.stderr)
    sys.exit(1)
`;
