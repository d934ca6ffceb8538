// The site's service worker: keeps the site in the browser, so that it opens without a network.
//
// A version of the site is a list of files with their SHA-256. Files are stored by hash: versions share what did not
// change, and each answers from its own list, so that a page never meets the files of another version.

// `cargo xtask offline` fills in the list when the site is built. Browsers compare this file's bytes: another list is
// a new version. With an empty list nothing is stored, and what was is removed.
const FILES = {};

const files = new Map(Object.entries(FILES));
const { scope } = registration;
// All sites of an origin share its caches. `www/src/offline.rs` knows this name.
const CACHE = `spotcheck ${scope}`;
const TAKE_OVER = "take over";

addEventListener("install", (event) => event.waitUntil(store()));
// A browser lets a version activate when no page is open that another version answers.
addEventListener("activate", (event) => event.waitUntil(begin()));
addEventListener("message", (event) => {
  if (event.data === TAKE_OVER) event.waitUntil(skipWaiting());
});
addEventListener("fetch", (event) => {
  const hash = files.get(listed(event.request));
  if (hash) event.respondWith(answer(event.request, hash));
});

/** Stores the files that no version stored yet. When one fails, the version before stays, and the next try goes on here. */
async function store() {
  if (files.size === 0) return;
  const cache = await caches.open(CACHE);
  // One after the other: the page may be at work meanwhile.
  for (const [path, hash] of files) {
    if (!(await cache.match(key(hash)))) await cache.put(key(hash), await load(path, hash));
  }
}

/** Fetches a file and takes it only if it is the listed one. */
async function load(path, hash) {
  // Asks the server even where an HTTP cache has an answer: that may be the file's version before.
  const response = await fetch(path, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${path}: the server answers ${response.status}`);
  const bytes = await response.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== hash) throw new Error(`${path} is not the file of this version: its SHA-256 is ${found}`);
  // The host's headers stay, a security policy for one, without those that were about the transfer. A new response
  // also forgets that there was a redirect, which a navigation would refuse.
  const headers = new Headers(response.headers);
  for (const name of ["content-encoding", "content-length", "vary"]) headers.delete(name);
  return new Response(bytes, { headers });
}

/** Answers the pages that are open already, and removes what only older versions listed. */
async function begin() {
  await clients.claim();
  // A newer version stores its files at this moment: removing is then its business.
  if (registration.installing || registration.waiting) return;
  if (files.size === 0) return caches.delete(CACHE);
  const cache = await caches.open(CACHE);
  const kept = new Set(Array.from(files.values(), key));
  for (const { url } of await cache.keys()) if (!kept.has(url)) await cache.delete(url);
}

/** The path in the list that a request asks for, if it can be answered from there. */
function listed({ method, mode, url, headers }) {
  if (method !== "GET" || headers.has("range") || !url.startsWith(scope)) return undefined;
  const asked = new URL(url);
  asked.hash = "";
  // The page reads its own address: `?engine=cpu`.
  if (mode === "navigate") asked.search = "";
  return asked.href.slice(scope.length) || "index.html";
}

async function answer(request, hash) {
  if (await isLastReload(request)) return handover();
  const cache = await caches.open(CACHE);
  // Nothing is there only if the browser or a person removed all of it.
  return (await cache.match(key(hash))) ?? fetch(request);
}

/**
 * Whether the only open page is being reloaded while a new version waits. Browsers count that page as open and would go
 * on with the old version until it is closed.
 */
async function isLastReload({ mode, cache }) {
  if (mode !== "navigate" || cache !== "no-cache" || !registration.waiting) return false;
  return (await clients.matchAll()).length <= 1;
}

/** A page in place of the one that was reloaded: lets the new version take over and opens that. */
function handover() {
  // An empty icon, or the browser would ask the host for one.
  const page = `<!doctype html><title>Spotcheck</title><link rel="icon" href="data:,">
  <meta name="color-scheme" content="light dark"><script>
    navigator.serviceWorker.getRegistration().then(({ waiting }) => {
      if (!waiting) return location.reload();
      waiting.onstatechange = () => location.reload();
      waiting.postMessage("${TAKE_OVER}");
    });
  </script>`;
  // Should that not happen, the old version opens after all.
  return new Response(page, { headers: { "content-type": "text/html", refresh: "5" } });
}

function key(hash) {
  return `${scope}?sha256=${hash}`;
}
