// The name and its sign: a sesame seed with a tick.
export function Wordmark() {
  return (
    <span class="flex w-fit items-center gap-2 font-semibold tracking-tight">
      <img src="/favicon.svg" alt="" width="24" height="24" />
      SESami
    </span>
  );
}
