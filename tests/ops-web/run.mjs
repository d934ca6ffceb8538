// Runs the GPU engine's cases in a headless Chromium, on its software WebGPU adapter.
//
//   cargo build -p spotcheck-ops-web --target wasm32-unknown-unknown --profile web
//   wasm-bindgen --target web --out-dir DIR target/wasm32-unknown-unknown/web/spotcheck_ops_web.wasm
//   npm ci --ignore-scripts --prefix tests/e2e
//   node tests/ops-web/run.mjs DIR
//
// DIR holds what wasm-bindgen wrote; a word after it runs only the operator cases whose names hold it. CHROMIUM names
// another browser than /usr/bin/chromium.
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { extname, join, normalize, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const { chromium } = createRequire(new URL('../e2e/package.json', import.meta.url))('playwright-core')

const [built, only = ''] = process.argv.slice(2)
if (!built) {
  console.error('usage: node tests/ops-web/run.mjs DIR [WORD]')
  process.exit(2)
}
const folders = { '/built/': resolve(built), '/ops/': fileURLToPath(new URL('../parity/ops/', import.meta.url)) }
const types = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' }
const caseSeconds = 120

const server = createServer(async (request, response) => {
  const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname)
  try {
    if (path === '/') {
      response.writeHead(200, { 'content-type': 'text/html' })
      return response.end('<!doctype html><title>ops</title>')
    }
    const prefix = Object.keys(folders).find((prefix) => path.startsWith(prefix))
    const file = normalize(join(folders[prefix], path.slice(prefix.length)))
    if (!file.startsWith(normalize(folders[prefix]))) throw new Error('outside')
    const body = await readFile(file)
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' })
    response.end(body)
  } catch {
    response.writeHead(404).end()
  }
})
await new Promise((ready) => server.listen(0, '127.0.0.1', ready))

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  args: [
    '--headless=new', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader',
  ],
})
let passed = 0
let failed = 0

function tell(name, error) {
  console.log(`${error ? 'FAIL' : 'ok  '} ${name}${error ? `: ${error}` : ''}`)
  if (error) failed += 1
  else passed += 1
}

// `worst` is the greatest difference over the tolerance; a case that panics or hangs ends with a reason too.
async function judge(name, run) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${caseSeconds} s`)), caseSeconds * 1000)
  })
  try {
    const worst = await Promise.race([run(), late, broken.promise])
    tell(name, worst <= 1 ? null : `differs by ${worst} tolerances`)
  } catch (error) {
    tell(name, String(error.message ?? error).split('\n')[0])
  } finally {
    clearTimeout(timer)
  }
}

// Rejects at the next panic or crash.
const broken = {}
function arm() {
  broken.promise = new Promise((_, reject) => { broken.reject = reject })
  broken.promise.catch(() => {})
}
arm()

try {
  const page = await browser.newPage()
  page.on('console', (message) => {
    if (!message.text().startsWith('panic: ')) return
    broken.reject(new Error(message.text()))
    arm()
  })
  page.on('crash', () => broken.reject(new Error('the page crashed')))
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  const opened = await page.evaluate(async () => {
    const module = await import('/built/spotcheck_ops_web.js')
    await module.default()
    const engines = await module.Engines.open()
    const cases = await (await fetch('/ops/cases.json')).text()
    const data = new Uint8Array(await (await fetch('/ops/data.bin')).arrayBuffer())
    const stored = new module.Cases(cases, data)
    window.ops = { module, engines, stored }
    return {
      reason: engines.reason(), auto: engines.auto(), cpu: engines.autoIsCpu(),
      templates: module.templateNames(), gpuCases: stored.names(true), cpuCases: stored.names(false),
    }
  })
  console.log(`forced: ${opened.reason}\nauto:   ${opened.auto}`)
  tell('a software adapter is left for the CPU unless it is asked for', opened.cpu ? null : opened.auto)

  for (const [number, name] of opened.templates.entries()) {
    await judge(`template ${name}`, () => page.evaluate((n) => window.ops.module.checkTemplate(n), number))
  }

  for (const [engine, gpu, names] of [['wonnx', true, opened.gpuCases], ['rten', false, opened.cpuCases]]) {
    for (const name of names.filter((name) => name.includes(only))) {
      await judge(`${engine} ${name}`, () => page.evaluate(({ gpu, name }) => {
        const { engines, stored } = window.ops
        return stored.check(engines, gpu, name)
      }, { gpu, name }))
    }
  }
} catch (error) {
  tell('the browser', error.message)
} finally {
  await browser.close()
  server.close()
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)
