// What a field agent records while no network is there. Whole entries (words, amounts, photos) are
// held by the open page; on the phone itself stand only the number of the visit, the key, the act,
// its code, the time and the position. Each has a key of its own, so sending it twice is harmless.

const KEPT_FOR = 24 * 60 * 60 * 1000; // milliseconds
const JOURNALED = new Set(["check_in", "report"]); // the acts a code says whole
const FLAGS = ["is_at_address", "is_recording"];

function store(mode) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("field-day", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("waiting", { keyPath: "key" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction("waiting", mode);
      transaction.oncomplete = transaction.onabort = () => database.close();
      resolve(transaction.objectStore("waiting"));
    };
  });
}

async function ask(mode, act) {
  try {
    const rows = await store(mode);
    return await new Promise((resolve, reject) => {
      const request = act(rows);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } catch {
    return null; // a browser that keeps nothing: the open page still holds the entry
  }
}

function codeOf(act, body) {
  if (act === "report") return body.get("result") ?? "";
  return FLAGS.filter((name) => body.get(name)).join(" ");
}

// The whole of what is written to the phone.
function lineOf(entry) {
  const { key, visit, act, at, owner, body } = entry;
  const line = { key, visit, act, at, owner, code: codeOf(act, body) };
  for (const name of ["latitude", "longitude", "accuracy"]) line[name] = body.get(name) ?? "";
  return line;
}

function entryOf(line) {
  const body = new FormData();
  for (const name of ["key", "at", "latitude", "longitude", "accuracy"]) {
    if (line[name]) body.set(name, line[name]);
  }
  if (line.act === "report") body.set("result", line.code);
  else for (const name of line.code.split(" ").filter(Boolean)) body.set(name, "on");
  return { ...line, href: `/visits/${line.visit}/${line.act}/record/`, body, isKept: true };
}

export async function keep(entry) {
  if (!JOURNALED.has(entry.act)) return;
  entry.isKept = (await ask("readwrite", (rows) => rows.put(lineOf(entry)))) !== null;
}

export function forget(entry) {
  return ask("readwrite", (rows) => rows.delete(entry.key));
}

// What an earlier page left: of the same person, oldest first. What is older than a day is wiped.
export async function left(owner) {
  const lines = (await ask("readonly", (rows) => rows.getAll())) ?? [];
  const since = Date.now() - KEPT_FOR;
  for (const line of lines) if (Date.parse(line.at) < since) await forget(line);
  return lines
    .filter((line) => line.owner === owner && Date.parse(line.at) >= since)
    .sort((one, other) => one.at.localeCompare(other.at))
    .map(entryOf);
}
