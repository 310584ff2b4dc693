// serve_fastify.js - a route of fastify, protected by @fastify/jwt with the
// keys of the JWK set at JWKS_URL.
'use strict'

const { createPublicKey } = require('node:crypto')
const fastify = require('fastify')
const fastifyJwt = require('@fastify/jwt')

const { JWKS_URL, ALGORITHMS, ISSUER, AUDIENCE } = process.env

async function findKey (request, { header }) {
  const { keys } = await (await fetch(JWKS_URL)).json()
  const jwk = keys.find(({ kid }) => kid === header.kid)
  if (!jwk) throw new Error('no such kid')
  return createPublicKey({ key: jwk, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
}

const app = fastify({ forceCloseConnections: true })
app.register(fastifyJwt, {
  secret: findKey,
  decode: { complete: true },
  sign: { algorithm: ALGORITHMS.split(',')[0] },
  verify: {
    algorithms: ALGORITHMS.split(','),
    allowedIss: ISSUER,
    allowedAud: AUDIENCE,
    requiredClaims: ['exp', 'iss', 'aud']
  }
})
app.get('/', {
  onRequest: request => request.jwtVerify()
}, async request => ({ user: request.user.user_id }))
app.listen({ host: '127.0.0.1', port: 0 }).then(() => {
  console.log(app.server.address().port)
})
