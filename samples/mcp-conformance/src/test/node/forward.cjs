// The command that the suite runs, `forward.cjs PORT CLIENT URL`: hands its environment to the JVM that has the client.
const [port, client, url] = process.argv.slice(2);
const given = Object.entries(process.env).filter(([name]) => name.startsWith('MCP_CONFORMANCE_'));
const body = JSON.stringify({ ...Object.fromEntries(given), URL: url });

fetch(`http://127.0.0.1:${port}/${client}`, { method: 'POST', body }).then(async (answer) => {
  console.error(await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
});
