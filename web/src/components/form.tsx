// Form pieces with a label, a hint and an error that a screen reader hears.
import { createUniqueId, type JSX, Show, splitProps } from "solid-js";

interface FieldProps extends JSX.InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: string | undefined;
}

export function Field(props: FieldProps) {
  const [own, input] = splitProps(props, ["label", "hint"]);
  const id = createUniqueId();
  return (
    <div class="space-y-1.5">
      <label for={id} class="block text-sm font-medium">
        {own.label}
      </label>
      <input
        {...input}
        id={id}
        aria-describedby={own.hint ? `${id}-hint` : undefined}
        class="w-full rounded-lg border border-line bg-surface px-3 py-2 placeholder:text-muted"
      />
      <Show when={own.hint}>
        <p id={`${id}-hint`} class="text-sm text-muted">
          {own.hint}
        </p>
      </Show>
    </div>
  );
}

const looks = {
  primary: "bg-accent text-accent-ink hover:opacity-90",
  plain: "border border-line bg-surface hover:bg-raised",
  danger: "border border-line bg-surface text-bad hover:bg-bad-soft",
} as const;

/** For links that look like buttons, too. */
export const buttonClass = (look: keyof typeof looks = "primary"): string =>
  `inline-flex items-center justify-center gap-2 rounded-lg px-4 py-2 text-sm font-semibold transition disabled:opacity-50 ${looks[look]}`;

interface ButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  look?: keyof typeof looks;
}

export function Button(props: ButtonProps) {
  const [own, button] = splitProps(props, ["look", "class"]);
  return <button type="button" {...button} class={`${buttonClass(own.look)} ${own.class ?? ""}`} />;
}

/** Says what went wrong as soon as it does. */
export function FormError(props: { message: string | undefined }) {
  return (
    <div role="alert">
      <Show when={props.message}>
        <p class="rounded-lg bg-bad-soft px-3 py-2 text-sm text-bad">{props.message}</p>
      </Show>
    </div>
  );
}
