// Runs the official GraphQL-over-HTTP audits against a server:
//   node audit.mjs http://127.0.0.1:8080/graphql
// Prints a line for each audit that does not pass, then a total, and exits
// non-zero unless all of them pass.
import { auditServer } from 'graphql-http';

const [url] = process.argv.slice(2);
if (!url) {
  console.error('usage: node audit.mjs URL');
  process.exit(2);
}

const results = await auditServer({ url });
const passed = results.filter(({ status }) => status === 'ok').length;

for (const { id, name, status, reason } of results) {
  if (status !== 'ok') console.log(`${status} ${id} ${name}: ${reason}`);
}
console.log(`${passed} of ${results.length} audits passed`);
process.exitCode = results.length > 0 && passed === results.length ? 0 : 1;
