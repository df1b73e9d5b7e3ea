// The search for people by any spelling that the lists have: the rule of travel/lists/search.py, with its letters.
"use strict";

const MIN_JOINED_LENGTH = 5;

function buildSearch(letters) {
  const replace = (text) => Array.from(text, (letter) => letters[letter] ?? letter).join("");

  function fold(text) {
    const parts = replace(text.normalize("NFC").toUpperCase()).normalize("NFKD").replace(/[\p{M}\p{Cf}]/gu, "");
    return replace(parts).toLowerCase().trim().split(/\s+/u).join(" ");
  }

  function simplify(text) {
    return text.replace(/([ao])e|ue|aa/g, (digraph) => digraph[0]);
  }

  function contains(text, word) {
    const joined = word.length >= MIN_JOINED_LENGTH ? text.replaceAll(" ", "") : "";
    return text.includes(word) || joined.includes(word) || simplify(text).includes(simplify(word));
  }

  // True if each word of the query is part of the folded text.
  function matches(query, folded) {
    return fold(query).split(" ").every((word) => contains(folded, word));
  }

  return { fold, matches };
}
