/** What somebody does in a field of text. */

const BY_LETTERS = /^(?:insertText|insertCompositionText|deleteContent)/;
const END = /[\s\p{P}]$/u;

/** Say whether an input event ended a word, or put in or took out more than letters. */
export function endsWord(event) {
  return !BY_LETTERS.test(event.inputType ?? "") || END.test(event.data ?? "");
}
