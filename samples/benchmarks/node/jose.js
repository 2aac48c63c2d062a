// The operations of the suite "jose" with the packages jose and oauth4webapi; asked line by line, as ProcessSubject does.
import { createHash, randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import * as jose from 'jose'
import * as oauth from 'oauth4webapi'

const pem = (label, base64) => `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----`

async function operationOf({ subject, case: given }) {
  const { algorithm, issuer, clientId, keyId, nonce, resource, accessToken } = given
  const publicKey = await jose.importSPKI(pem('PUBLIC KEY', given.spki), algorithm, { extractable: true })
  const privateKey = await jose.importPKCS8(pem('PRIVATE KEY', given.pkcs8), algorithm)
  const jti = () => randomBytes(32).toString('base64url')
  const now = () => Math.floor(Date.now() / 1000)
  switch (subject) {
    case 'ID_TOKEN':
      return async () => {
        const options = { issuer, audience: clientId, algorithms: [algorithm] }
        const { payload } = await jose.jwtVerify(given.idToken, publicKey, options)
        if (payload.nonce !== nonce) throw new Error('the nonce differs')
        return payload
      }
    case 'ACCESS_TOKEN':
      return validation(given, publicKey, { authorization: `Bearer ${given.jwtAccessToken}` })
    case 'BOUND_TOKEN':
      return validation(given, publicKey, { authorization: `DPoP ${given.boundAccessToken}`, dpop: given.proof })
    case 'DPOP': {
      const { kty, crv, x, y } = await jose.exportJWK(publicKey)
      const header = { alg: algorithm, typ: 'dpop+jwt', jwk: { kty, crv, x, y } }
      return () => {
        const ath = createHash('sha256').update(accessToken).digest('base64url')
        const claims = { iat: now(), jti: jti(), htm: 'GET', htu: resource, ath }
        return new jose.SignJWT(claims).setProtectedHeader(header).sign(privateKey)
      }
    }
    case 'ASSERTION':
      return () => {
        const time = now()
        const claims = { jti: jti(), aud: issuer, exp: time + 60, iat: time, nbf: time, iss: clientId, sub: clientId }
        return new jose.SignJWT(claims).setProtectedHeader({ alg: algorithm, kid: keyId }).sign(privateKey)
      }
    default:
      throw new Error(`jose has no ${subject}`)
  }
}

async function validation({ algorithm, issuer, keyId, audience, resource }, publicKey, headers) {
  const server = { issuer, jwks_uri: `${issuer}/jwks` }
  const keys = [{ ...(await jose.exportJWK(publicKey)), kid: keyId, alg: algorithm, use: 'sig' }]
  const answer = () => Response.json({ keys })
  const request = new Request(resource, { headers })
  return () => oauth.validateJwtAccessToken(server, request, audience, { [oauth.customFetch]: answer })
}

async function round(operation, seconds) {
  const cpu = process.cpuUsage()
  const start = process.hrtime.bigint()
  const end = start + BigInt(Math.round(seconds * 1e9))
  let operations = 0
  do {
    await operation()
    operations++
  } while (process.hrtime.bigint() < end)
  const nanoseconds = Number(process.hrtime.bigint() - start)
  const used = process.cpuUsage(cpu)
  return {
    operationsPerSecond: (operations * 1e9) / nanoseconds,
    cpuMicroseconds: (used.user + used.system) / operations,
  }
}

let given
let operation
for await (const line of createInterface({ input: process.stdin })) {
  if (given === undefined) {
    given = JSON.parse(line)
    operation = await operationOf(given)
  } else {
    console.log(`round ${JSON.stringify(await round(operation, given.seconds))}`)
  }
}
