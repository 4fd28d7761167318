/** Prints where and with what it was started. */
const [, , ...args] = process.argv;
process.stdout.write(`${JSON.stringify({ cwd: process.cwd(), major: process.versions.node.split('.')[0], args })}\n`);
