// Judges requests with access tokens as a resource server on Node does: one line of JSON comes, and one goes.
import { createInterface } from 'node:readline'
import * as oauth from 'oauth4webapi'

const { value: line } = await createInterface({ input: process.stdin })[Symbol.asyncIterator]().next()
const { issuer, audience, url, keys, requests } = JSON.parse(line)
const server = { issuer, jwks_uri: `${issuer}/jwks` }
const options = { [oauth.customFetch]: () => Response.json({ keys }) }

/** Null: accepted. */
async function refusal(headers) {
  try {
    await oauth.validateJwtAccessToken(server, new Request(url, { headers }), audience, options)
    return null
  } catch (error) {
    return String(error.message)
  }
}

const verdicts = []
for (const headers of requests) verdicts.push(await refusal(headers))
console.log(JSON.stringify(verdicts))
process.exit()
