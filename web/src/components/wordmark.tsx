// The name and its sign: a sesame seed with a tick.
export function Wordmark() {
  return (
    <span class="inline-flex items-center gap-2 text-lg font-semibold tracking-tight">
      <img src="/favicon.svg" alt="" width="28" height="28" />
      SESami
    </span>
  );
}
