/**
 * The SQL expression of a text as search compares it: in one Unicode form (NFKC) and without its case. Both sides of
 * a comparison are folded by it, so the two can never be folded differently.
 *
 * - ICU knows the case of every script, in every locale of the database. Upper last, for the lower case of a letter
 *   may depend on its neighbours (a final sigma), so that a part of a word would not be found in it.
 * - A change of case may leave a text decomposed, so it is composed once more. Composed, an `e` is not in an `é`.
 * - The dot above an İ is dropped, so that `istanbul` is in `İstanbul`.
 * - Most texts are ASCII, which is folded at a fraction of the cost, to the same.
 */
export function foldedText(text: string): string {
  const inOneForm = `case when ${text} is nfkc normalized then ${text} else normalize(${text}, nfkc) end`
  const withoutCase = `upper(lower((${inOneForm}) collate "und-x-icu"))`
  return `case when octet_length(${text}) = char_length(${text}) then upper(${text} collate "C")
      else replace(normalize(${withoutCase}, nfkc), 'İ', 'I') collate "C" end`
}
