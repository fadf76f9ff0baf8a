/** Says that something was done, to eyes and ears. */
export function Done({ text }: { text: string | undefined }) {
  return (
    <p role="status" class="done">
      {text}
    </p>
  )
}
