// The closed loop of the package `loop` on Node. The first line has the settings; each further line asks for a round,
// as {"concurrency":16,"milliseconds":1000}, and is answered with what that cost.
import { createInterface } from 'node:readline'
import * as client from 'openid-client'

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const settings = JSON.parse((await lines.next()).value)

const options = settings.issuer.startsWith('http:') ? { execute: [client.allowInsecureRequests] } : {}
const config = await client.discovery(
  new URL(settings.issuer),
  settings.clientId,
  settings.clientSecret,
  client.ClientSecretBasic(settings.clientSecret),
  options,
)
console.log('ready')

async function work(end) {
  let operations = 0
  do {
    const tokens = await client.clientCredentialsGrant(config, { scope: settings.scope })
    if (tokens.access_token !== settings.accessToken) throw new Error('another access token')
    operations++
  } while (performance.now() < end)
  return operations
}

for await (const line of lines) {
  const { concurrency, milliseconds } = JSON.parse(line)
  const cpu = process.cpuUsage()
  const start = performance.now()
  const workers = Array.from({ length: concurrency }, () => work(start + milliseconds))
  const operations = (await Promise.all(workers)).reduce((sum, count) => sum + count)
  const seconds = (performance.now() - start) / 1000
  const used = process.cpuUsage(cpu)
  console.log(JSON.stringify({ operations, seconds, cpuMicroseconds: used.user + used.system }))
}
