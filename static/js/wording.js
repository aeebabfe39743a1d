// While a wording is written: how it reads with sample values, its parts and what they cost.
// Without scripts the button "Show and count" does the same.

import { countParts } from "./segments.js";

const form = document.querySelector("[data-wording]");
const samples = JSON.parse(document.getElementById("wording-samples").textContent);
const field = (name) => form.elements.namedItem(name);

function filled(text, values) {
  return text
    .replace(/\{([a-z_]+)\}/g, (whole, name) => values[name] ?? whole)
    .replace(/[ \t]{2,}/g, " ")
    .trim();
}

function cost(price, currency, parts) {
  const total = price * parts;
  if (total < 1) return `${Number(total.toFixed(6))} ${currency}`;
  const language = document.documentElement.lang;
  return new Intl.NumberFormat(language, { style: "currency", currency }).format(total);
}

function show() {
  const language = field("language").value;
  const values = samples[language] ?? samples.en;
  const signature = field("signature").value.trim();
  const body = (signature ? `【${signature}】` : "") + filled(field("body").value, values);
  const said = form.querySelector("[data-said]");
  const lines = [];
  const subject = field("subject") ? filled(field("subject").value, values) : "";
  if (subject) {
    const title = document.createElement("b");
    title.textContent = subject;
    lines.push(title, document.createElement("br"));
  }
  body.split("\n").forEach((line, place) => {
    if (place) lines.push(document.createElement("br"));
    lines.push(line);
  });
  said.replaceChildren(...lines);
  said.lang = language.startsWith("zh") ? "zh-Hans" : "en";
  const counted = countParts(body);
  form.querySelectorAll("[data-count]").forEach((place) => {
    place.textContent = counted[place.dataset.count];
  });
  form.querySelectorAll("[data-price]").forEach((place) => {
    place.textContent = cost(Number(place.dataset.price), place.dataset.currency, counted.parts);
  });
}

form.addEventListener("input", show);
