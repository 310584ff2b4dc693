// serve_webhooks.js - takes what npm's standardwebhooks verifies with
// HOOK_KEY (204, else 401); a GET tells all that was taken.
'use strict'

const { createServer } = require('node:http')
const { Webhook } = require('standardwebhooks')

const webhook = new Webhook(process.env.HOOK_KEY)
const taken = []

function take (body, headers) {
  try {
    taken.push(webhook.verify(body, headers))
    return 204
  } catch (error) {
    console.error(error.message)
    return 401
  }
}

const server = createServer((request, response) => {
  if (request.method === 'GET') return response.end(JSON.stringify(taken))
  const chunks = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString()
    response.writeHead(take(body, request.headers)).end()
  })
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
